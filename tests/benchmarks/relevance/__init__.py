"""How well a search puts first what people look for, beside two other engines on the same texts."""
