"""Django models over protected views: fields, lookups and operations of migrations."""
