// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Proofs into a transparency log's Merkle tree
/// @notice The tree of RFC 6962 section 2.1 with SHA-256, as every C2SP log has it. Pure: nothing is stored, nobody is
/// asked but the SHA-256 precompile (address 2).
/// @dev Sizes and indices are uint64, as in RFC 9162. Hashes of leaves start with 0x00 and of nodes with 0x01, so that a
/// proof for a node never passes as a proof for an entry.
library Rfc6962 {
    /// @notice SHA-256(0x00 || entry).
    function leafHash(bytes memory entry) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", entry));
    }

    /// @notice SHA-256(0x01 || left || right).
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        // By hand, because a proof hashes up to 63 times: 65 bytes behind the free memory, which stays free.
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, 0x01)
            mstore(add(input, 0x01), left)
            mstore(add(input, 0x21), right)
            // Fails only when gas runs out.
            if iszero(staticcall(gas(), 0x02, input, 65, 0x00, 0x20)) { revert(0x00, 0x00) }
            hash := mload(0x00)
        }
    }

    /// @notice Whether the tree of `size` leaves under `root` has the leaf hash `leaf` at `index` (RFC 9162 section 2.1.3.2).
    /// @param proof the siblings from the leaf up to the root
    function includes(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof, bytes32 root)
        internal
        view
        returns (bool)
    {
        if (index >= size) return false;
        uint256 node = index;
        uint256 last = size - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < proof.length; i++) {
            if (last == 0) return false;
            if (node & 1 == 1 || node == last) {
                hash = nodeHash(proof[i], hash);
                // A node without a sibling at its own level goes up until it is a right child.
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = nodeHash(hash, proof[i]);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash == root;
    }

    /// @notice Whether the tree of `laterSize` under `laterRoot` only adds to the one of `earlierSize` under `earlierRoot`
    /// (RFC 9162 section 2.1.4.2).
    /// @dev An empty earlier tree proves nothing and is refused. Equal sizes take an empty proof and equal roots.
    function extends(
        uint64 earlierSize,
        bytes32 earlierRoot,
        uint64 laterSize,
        bytes32 laterRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (earlierSize == 0 || earlierSize > laterSize) return false;
        if (earlierSize == laterSize) return proof.length == 0 && earlierRoot == laterRoot;

        uint256 node = earlierSize - 1;
        uint256 last = laterSize - 1;
        while (node & 1 == 1) {
            node >>= 1;
            last >>= 1;
        }
        // An earlier tree that is one complete subtree is itself the first hash; otherwise the proof starts with it.
        uint256 next = node == 0 ? 0 : 1;
        if (next > proof.length) return false;
        bytes32 earlier = next == 0 ? earlierRoot : proof[0];
        bytes32 later = earlier;
        for (; next < proof.length; next++) {
            if (last == 0) return false;
            bytes32 sibling = proof[next];
            if (node & 1 == 1 || node == last) {
                earlier = nodeHash(sibling, earlier);
                later = nodeHash(sibling, later);
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                later = nodeHash(later, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && earlier == earlierRoot && later == laterRoot;
    }
}
