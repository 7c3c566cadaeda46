"""KMS keys: what they depend on, and wrappers wrapped and opened by them."""
