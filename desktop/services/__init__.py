"""What people do, one use case a file. No Qt, no SQL."""
