"""The house: settings, urls, workers, command line, embedded services, sample city."""
