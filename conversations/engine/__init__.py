"""The dialogue engine: plain functions replayed from stored answers. Standard library only, nothing of ours."""
