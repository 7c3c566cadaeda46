"""What ``kwtools keys create --algorithm`` runs: it prints the file of a new KEM key.

``python -m kwruntime.kms.new_kem_key ALGORITHM``, by the standard name.
"""

import sys

from kwshared.keyfile import file_of

from kwruntime.kms.keystore import new_kem_key

if __name__ == "__main__":
    sys.stdout.buffer.write(file_of(new_kem_key(sys.argv[1])))
