"""Tables, the database, evidence files and migrations. It knows nothing of rules or dialogues."""
