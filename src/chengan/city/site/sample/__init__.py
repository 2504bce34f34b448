"""样例城市: the sample city; everything in it is marked as sample data where it is shown."""
