"""From the declared model to the shapes files: tables and message templates become
shapes/<profile>/<class>.ttl.

Nothing here runs when data is validated: the files are committed, and a test holds them in step with the tables.
"""
