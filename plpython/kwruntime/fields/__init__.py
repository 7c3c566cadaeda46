"""Fields: names, privileges, bindings, and values encrypted and decrypted."""
