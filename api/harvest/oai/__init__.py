"""OAI-PMH 2.0: what is asked, what is selected, how it is told. https://www.openarchives.org/OAI/openarchivesprotocol.html"""
