"""The encrypted database, its keys and its repositories. Knows nothing of cameras running or of windows.

Start at `desktop.vault.vault.Vault`. What lies in a vault's folder:

    vault.db   SQLCipher database; every personal field in it is sealed once more under that person's own key
    keys.bin   one wrapped key per person (desktop.vault.keyfile)
    escrow.bin the vault's own keys, sealed to the recovery key (desktop.vault.escrow)
    lock       held while a vault is open
    ballast    room that is given back when the disk is full, so that deleting still works

The keys that open these files are in the key place: the keyring of the operating system, or a file beside the folder
that a passphrase locks (desktop.vault.keystore).
"""
