"""What ``kwtools keys create --algorithm`` runs: it prints the file of a new KEM key.

``python -m kwruntime.new_kem_key ALGORITHM``; an algorithm that is no KEM ends it with status 2.
"""

import sys

from kwruntime.algorithms import kem_name
from kwruntime.kem import KEMS
from kwruntime.keyfile import file_of, new_kem_key

if __name__ == "__main__":
    name = kem_name(sys.argv[1])
    if name is None:
        print(f"KEMs are {', '.join(KEMS)}", file=sys.stderr)
        sys.exit(2)
    sys.stdout.buffer.write(file_of(new_kem_key(name)))
