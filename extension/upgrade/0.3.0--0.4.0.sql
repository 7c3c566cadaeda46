-- Order: settings and epoch, keys and providers, wrappers and bindings, entities and grants, audit, guards, views.
-- epoch and settings

-- keys and providers

-- wrappers and bindings

-- entities and grants

-- audit

-- restore, replication and drop guards

-- views
