"""What ``kwtools keys create --algorithm`` runs: it prints the file of a new KEM key.

``python -m kwruntime.kms.new_kem_key ALGORITHM``; status 2: not a KEM.
"""

import sys

from kwruntime.crypto.algorithms import kem_name
from kwruntime.crypto.kem import KEMS
from kwruntime.kms.keyfile import file_of, new_kem_key

if __name__ == "__main__":
    name = kem_name(sys.argv[1])
    if name is None:
        print(f"KEMs are {', '.join(KEMS)}", file=sys.stderr)
        sys.exit(2)
    sys.stdout.buffer.write(file_of(new_kem_key(name)))
