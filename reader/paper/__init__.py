"""Paper: documents to tagged PDF files, and PDF files to pictures of their pages."""
