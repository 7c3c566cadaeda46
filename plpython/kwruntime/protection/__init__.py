"""From a plaintext column to an encrypted one, in phases (ADR 44). One file for each phase."""
