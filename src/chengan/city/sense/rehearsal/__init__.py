"""Tries limits out before they are in force: do they mean something, what would they raise?"""
