"""The manual bundle, format 1: container, JSON, trust chain, verification, chapter HTML.

Content leaves this package only through `VerifiedBundle.read`, which checks length and hash each time.
"""
