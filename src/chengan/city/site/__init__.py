"""The house around the apps: settings, urls, workers, command line, embedded services, sample city."""
