// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The tree as RFC 6962 section 2.1 defines it: by recursion, word for word. Slow, and written without a look at
/// the library it checks.
library Tree {
    function leaf(bytes memory entry) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(0), entry));
    }

    /// @notice MTH(D[n]) over leaf hashes `first` to `end` (not included).
    function root(bytes32[] memory leaves, uint256 first, uint256 end) internal pure returns (bytes32) {
        if (end == first) return sha256("");
        if (end - first == 1) return leaves[first];
        uint256 k = split(end - first);
        return sha256(abi.encodePacked(uint8(1), root(leaves, first, first + k), root(leaves, first + k, end)));
    }

    function root(bytes32[] memory leaves, uint256 size) internal pure returns (bytes32) {
        return root(leaves, 0, size);
    }

    /// @notice PATH(m, D[n]): siblings from the leaf up.
    function path(bytes32[] memory leaves, uint256 index, uint256 size) internal pure returns (bytes32[] memory) {
        return path(leaves, index, 0, size);
    }

    function path(bytes32[] memory leaves, uint256 index, uint256 first, uint256 end)
        private
        pure
        returns (bytes32[] memory)
    {
        if (end - first == 1) return new bytes32[](0);
        uint256 k = split(end - first);
        return index < k
            ? with(path(leaves, index, first, first + k), root(leaves, first + k, end))
            : with(path(leaves, index - k, first + k, end), root(leaves, first, first + k));
    }

    /// @notice PROOF(m, D[n]): from the tree of `earlier` leaves to the one of `later`.
    function consistency(bytes32[] memory leaves, uint256 earlier, uint256 later)
        internal
        pure
        returns (bytes32[] memory)
    {
        return subproof(leaves, earlier, 0, later, true);
    }

    function subproof(bytes32[] memory leaves, uint256 m, uint256 first, uint256 end, bool whole)
        private
        pure
        returns (bytes32[] memory)
    {
        uint256 n = end - first;
        if (m == n) return whole ? new bytes32[](0) : with(new bytes32[](0), root(leaves, first, end));
        uint256 k = split(n);
        return m <= k
            ? with(subproof(leaves, m, first, first + k, whole), root(leaves, first + k, end))
            : with(subproof(leaves, m - k, first + k, end, false), root(leaves, first, first + k));
    }

    /// @notice The largest power of two smaller than n.
    function split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function with(bytes32[] memory hashes, bytes32 hash) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](hashes.length + 1);
        for (uint256 i = 0; i < hashes.length; i++) {
            longer[i] = hashes[i];
        }
        longer[hashes.length] = hash;
    }
}
