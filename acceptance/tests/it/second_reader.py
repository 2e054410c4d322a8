"""A second reader of the record: RFC 6962, written from the standard and from nothing else of this house.

Reads JSON from standard input: entries, a root, inclusion proofs, consistency proofs. Prints what does not hold,
then how much was checked. Exit code 1 if anything does not hold.
"""

import hashlib
import json
import sys


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves):
    """MTH of section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_root(leaves[:split]), tree_root(leaves[split:]))


def inclusion_leads_to(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2, which states the check for the same tree."""
    if index >= size:
        return None
    fn, sn, root = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = node_hash(sibling, root)
            if not fn & 1:
                while fn and not fn & 1:
                    fn >>= 1
                    sn >>= 1
        else:
            root = node_hash(root, sibling)
        fn >>= 1
        sn >>= 1
    return root if sn == 0 else None


def consistency_holds(old, new, old_root, new_root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = path[0]
    for one in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first = node_hash(one, first)
            second = node_hash(one, second)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, one)
        fn >>= 1
        sn >>= 1
    return first == old_root and second == new_root and sn == 0


def main():
    told = json.load(sys.stdin)
    leaves = [leaf_hash(entry.encode()) for entry in told["entries"]]
    faults = []
    if [leaf.hex() for leaf in leaves] != told["leaf_hashes"]:
        faults.append("a leaf hash is not that of its entry")
    if tree_root(leaves).hex() != told["root"]:
        faults.append("the root is another")
    roots = {}

    def root_of(size):
        if size not in roots:
            roots[size] = tree_root(leaves[:size])
        return roots[size]

    for checkpoint in told["checkpoints"]:
        if root_of(checkpoint["size"]).hex() != checkpoint["root"]:
            faults.append(f"the checkpoint of {checkpoint['size']} has another root")
    for one in told["inclusion"]:
        index, size = one["index"], one["size"]
        proof = [bytes.fromhex(text) for text in one["proof"]]
        if inclusion_leads_to(leaves[index], index, size, proof) != root_of(size):
            faults.append(f"inclusion of {index} in {size}")
    for one in told["consistency"]:
        old, new = one["old"], one["new"]
        proof = [bytes.fromhex(text) for text in one["proof"]]
        if not consistency_holds(old, new, root_of(old), root_of(new), proof):
            faults.append(f"consistency of {old} and {new}")
    for fault in faults[:20]:
        print(fault)
    proofs = len(told["inclusion"]) + len(told["consistency"])
    print(f"{len(leaves)} entries, {proofs} proofs, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
