"""The encrypted database: keys, migrations, repositories."""
