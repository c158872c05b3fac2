// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Rfc6962} from "../src/Rfc6962.sol";
import {Checks} from "./Checks.sol";
import {Tree} from "./Tree.sol";

/// @notice Opens the library's functions, whose proofs are calldata.
contract OpenRfc6962 {
    function leafHash(bytes calldata entry) external pure returns (bytes32) {
        return Rfc6962.leafHash(entry);
    }

    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return Rfc6962.nodeHash(left, right);
    }

    function includes(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof, bytes32 root)
        external
        view
        returns (bool)
    {
        return Rfc6962.includes(leaf, index, size, proof, root);
    }

    function extends(
        uint64 earlierSize,
        bytes32 earlierRoot,
        uint64 laterSize,
        bytes32 laterRoot,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return Rfc6962.extends(earlierSize, earlierRoot, laterSize, laterRoot, proof);
    }
}

contract Rfc6962Test is Checks {
    uint64 private constant SIZE_MAX = 33;

    OpenRfc6962 private immutable tree = new OpenRfc6962();
    bytes32[] private leaves;

    constructor() {
        for (uint256 i = 0; i < SIZE_MAX; i++) {
            leaves.push(Tree.leaf(abi.encode("entry", i)));
        }
    }

    /// @dev RFC 6962's eight leaves and their roots, as Certificate Transparency has published them.
    function test_Hashes_the_leaves_and_roots_of_certificate_transparency() public view {
        bytes[8] memory entries = [
            bytes(""),
            hex"00",
            hex"10",
            hex"2021",
            hex"3031",
            hex"40414243",
            hex"5051525354555657",
            hex"606162636465666768696a6b6c6d6e6f"
        ];
        bytes32[8] memory roots = [
            bytes32(0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d),
            0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125,
            0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77,
            0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7,
            0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4,
            0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef,
            0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c,
            0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
        ];
        bytes32[] memory eight = new bytes32[](8);
        for (uint256 i = 0; i < 8; i++) {
            eight[i] = tree.leafHash(entries[i]);
            vm.assertEq(eight[i], Tree.leaf(entries[i]));
            vm.assertEq(Tree.root(eight, i + 1), roots[i]);
        }
        vm.assertEq(tree.nodeHash(eight[0], eight[1]), roots[1]);
    }

    function test_Includes_every_index_of_1_to_33_leaves_and_no_other() public view {
        for (uint64 size = 1; size <= SIZE_MAX; size++) {
            bytes32 root = Tree.root(leaves, size);
            for (uint64 index = 0; index < size; index++) {
                bytes32[] memory proof = Tree.path(leaves, index, size);
                string memory name = nameOf(index, size);
                vm.assertTrue(tree.includes(leaves[index], index, size, proof, root), name);
                vm.assertFalse(tree.includes(leaves[(index + 1) % SIZE_MAX], index, size, proof, root), name);
                vm.assertFalse(tree.includes(leaves[index], index, size, proof, ~root), name);
                for (uint64 other = 0; other <= size; other++) {
                    if (other != index) vm.assertFalse(tree.includes(leaves[index], other, size, proof, root), name);
                }
                vm.assertFalse(tree.includes(leaves[index], index, size, longer(proof), root), name);
                if (proof.length > 0) {
                    vm.assertFalse(tree.includes(leaves[index], index, size, shorter(proof), root), name);
                }
                for (uint256 i = 0; i < proof.length; i++) {
                    proof[i] = ~proof[i];
                    vm.assertFalse(tree.includes(leaves[index], index, size, proof, root), name);
                    proof[i] = ~proof[i];
                }
            }
        }
    }

    function test_Extends_for_every_pair_of_sizes_up_to_33_and_no_other() public view {
        for (uint64 later = 1; later <= SIZE_MAX; later++) {
            bytes32 laterRoot = Tree.root(leaves, later);
            for (uint64 earlier = 1; earlier <= later; earlier++) {
                bytes32 earlierRoot = Tree.root(leaves, earlier);
                bytes32[] memory proof = Tree.consistency(leaves, earlier, later);
                string memory name = nameOf(earlier, later);
                vm.assertTrue(tree.extends(earlier, earlierRoot, later, laterRoot, proof), name);
                vm.assertFalse(tree.extends(earlier, ~earlierRoot, later, laterRoot, proof), name);
                vm.assertFalse(tree.extends(earlier, earlierRoot, later, ~laterRoot, proof), name);
                vm.assertFalse(tree.extends(earlier, earlierRoot, later, laterRoot, longer(proof)), name);
                if (earlier < later) {
                    vm.assertFalse(tree.extends(later, laterRoot, earlier, earlierRoot, proof), name);
                    vm.assertFalse(tree.extends(0, earlierRoot, later, laterRoot, proof), name);
                    vm.assertFalse(tree.extends(earlier, earlierRoot, later, laterRoot, shorter(proof)), name);
                }
                for (uint256 i = 0; i < proof.length; i++) {
                    proof[i] = ~proof[i];
                    vm.assertFalse(tree.extends(earlier, earlierRoot, later, laterRoot, proof), name);
                    proof[i] = ~proof[i];
                }
            }
        }
    }

    /// @dev A log that rewrote its first entry cannot prove that it continues what it showed before.
    function test_A_rewritten_entry_extends_nothing() public view {
        bytes32[] memory rewritten = leaves;
        rewritten[0] = Tree.leaf("another first entry");
        for (uint64 later = 2; later <= SIZE_MAX; later++) {
            for (uint64 earlier = 1; earlier < later; earlier++) {
                vm.assertFalse(
                    tree.extends(
                        earlier,
                        Tree.root(leaves, earlier),
                        later,
                        Tree.root(rewritten, later),
                        Tree.consistency(rewritten, earlier, later)
                    ),
                    nameOf(earlier, later)
                );
            }
        }
    }

    function test_An_empty_tree_includes_nothing_and_is_extended_by_nothing() public view {
        bytes32[] memory none = new bytes32[](0);
        vm.assertFalse(tree.includes(leaves[0], 0, 0, none, leaves[0]));
        vm.assertFalse(tree.extends(0, sha256(""), 0, sha256(""), none));
        vm.assertFalse(tree.extends(0, sha256(""), 1, leaves[0], none));
    }

    function test_Decides_the_published_inclusion_vectors() public view {
        string memory json = vm.readFile("test/vectors/merkle.json");
        for (uint256 i = 0; i < 72; i++) {
            string memory at_ = string.concat(".inclusion[", vm.toString(i), "]");
            bool included = tree.includes(
                vm.parseJsonBytes32(json, string.concat(at_, ".leaf")),
                uint64(vm.parseJsonUint(json, string.concat(at_, ".index"))),
                uint64(vm.parseJsonUint(json, string.concat(at_, ".size"))),
                vm.parseJsonBytes32Array(json, string.concat(at_, ".proof")),
                vm.parseJsonBytes32(json, string.concat(at_, ".root"))
            );
            vm.assertTrue(
                included == vm.parseJsonBool(json, string.concat(at_, ".good")),
                vm.parseJsonString(json, string.concat(at_, ".name"))
            );
        }
    }

    function test_Decides_the_published_consistency_vectors() public view {
        string memory json = vm.readFile("test/vectors/merkle.json");
        for (uint256 i = 0; i < 71; i++) {
            string memory at_ = string.concat(".consistency[", vm.toString(i), "]");
            bool extended = tree.extends(
                uint64(vm.parseJsonUint(json, string.concat(at_, ".earlier"))),
                vm.parseJsonBytes32(json, string.concat(at_, ".earlierRoot")),
                uint64(vm.parseJsonUint(json, string.concat(at_, ".later"))),
                vm.parseJsonBytes32(json, string.concat(at_, ".laterRoot")),
                vm.parseJsonBytes32Array(json, string.concat(at_, ".proof"))
            );
            vm.assertTrue(
                extended == vm.parseJsonBool(json, string.concat(at_, ".good")),
                vm.parseJsonString(json, string.concat(at_, ".name"))
            );
        }
    }

    function testFuzz_Includes_any_leaf_of_any_tree(uint256 seed, uint256 index, uint256 size) public view {
        size = within(size, 1, 100);
        index = within(index, 0, size - 1);
        bytes32[] memory any = new bytes32[](size);
        for (uint256 i = 0; i < size; i++) {
            any[i] = keccak256(abi.encode(seed, i));
        }
        bytes32[] memory proof = Tree.path(any, index, size);
        vm.assertTrue(tree.includes(any[index], uint64(index), uint64(size), proof, Tree.root(any, size)));
    }

    function testFuzz_Extends_any_smaller_tree(uint256 seed, uint256 earlier, uint256 later) public view {
        later = within(later, 1, 100);
        earlier = within(earlier, 1, later);
        bytes32[] memory any = new bytes32[](later);
        for (uint256 i = 0; i < later; i++) {
            any[i] = keccak256(abi.encode(seed, i));
        }
        bytes32[] memory proof = Tree.consistency(any, earlier, later);
        bytes32 root = Tree.root(any, later);
        vm.assertTrue(tree.extends(uint64(earlier), Tree.root(any, earlier), uint64(later), root, proof));
    }

    /// @dev Random proofs, whatever their length and numbers, neither pass nor end in an error.
    function testFuzz_Refuses_noise(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof, bytes32 root)
        public
        view
    {
        vm.assume(leaf != root && size != index);
        vm.assertFalse(tree.includes(leaf, index, size, proof, root));
        vm.assertFalse(tree.extends(index, leaf, size, root, proof));
    }

    function nameOf(uint64 index, uint64 size) private pure returns (string memory) {
        return string.concat(vm.toString(index), " of ", vm.toString(size));
    }

    function longer(bytes32[] memory proof) private pure returns (bytes32[] memory changed) {
        changed = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; i++) {
            changed[i] = proof[i];
        }
    }

    function shorter(bytes32[] memory proof) private pure returns (bytes32[] memory changed) {
        changed = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < changed.length; i++) {
            changed[i] = proof[i];
        }
    }
}
