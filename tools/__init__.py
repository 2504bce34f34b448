"""Our own checks and builders."""
