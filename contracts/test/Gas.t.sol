// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CheckpointAnchor} from "../src/CheckpointAnchor.sol";
import {DiplomaToken} from "../src/DiplomaToken.sol";
import {Rfc6962} from "../src/Rfc6962.sol";
import {Tree} from "./Tree.sol";
import {World} from "./World.sol";

/// @notice What each act costs, as a transaction of its own. The figures stand in snapshots/Gas.json and are compared at
/// each run; `contracts/check --write` accepts new ones.
/// forge-config: default.isolate = true
contract GasTest is World {
    uint64 private constant DEADLINE = type(uint64).max;
    string private constant GROUP = "Gas";

    function test_Deploying() public {
        vm.startSnapshotGas(GROUP, "deploy CheckpointAnchor");
        new CheckpointAnchor(REGULATOR);
        vm.stopSnapshotGas();
        vm.startSnapshotGas(GROUP, "deploy DiplomaToken");
        new DiplomaToken(anchor);
        vm.stopSnapshotGas();
    }

    function test_Admitting() public {
        vm.prank(REGULATOR);
        anchor.admitPlatform("000000000001", STRANGER, STRANGER);
        vm.snapshotGasLastCall(GROUP, "admit a platform");
        vm.prank(REGULATOR);
        anchor.admitLog("mortanba.example/log/2027", PLATFORM, LOG_KEY);
        vm.snapshotGasLastCall(GROUP, "admit a log");
        vm.prank(REGULATOR);
        anchor.suspendPlatform(PLATFORM);
        vm.snapshotGasLastCall(GROUP, "suspend a platform");
    }

    function test_Anchoring() public {
        (bytes32 newRoot, bytes32[] memory proof) = (root(7), new bytes32[](0));
        vm.prank(OPERATOR);
        anchor.anchor(LOG, 7, newRoot, NOTE, proof);
        vm.snapshotGasLastCall(GROUP, "anchor a log's first checkpoint");
        (newRoot, proof) = (root(33), consistency(7, 33));
        vm.prank(OPERATOR);
        anchor.anchor(LOG, 33, newRoot, NOTE, proof);
        vm.snapshotGasLastCall(GROUP, "anchor 33 entries after 7");
        vm.prank(OPERATOR);
        anchor.anchor(LOG, 33, newRoot, NOTE, new bytes32[](0));
        vm.snapshotGasLastCall(GROUP, "anchor the same again");
    }

    function test_Anchoring_a_large_log() public {
        anchorLarge("a million entries", 1_000_000, 1_002_000);
    }

    function test_Anchoring_a_very_large_log() public {
        anchorLarge("a hundred million entries", 100_000_000, 100_002_000);
    }

    function test_Claiming() public {
        claimFrom("2^10", 10);
    }

    function test_Claiming_from_a_year() public {
        claimFrom("2^17", 17);
    }

    function test_Claiming_from_a_large_log() public {
        claimFrom("2^24", 24);
    }

    function test_Recording_and_releasing() public {
        publish();
        uint256 id = token.tokenIdOf(PLATFORM, 5);
        token.claim(evidenceOf(5), GRADUATE, DEADLINE, authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE));
        uint64 index = append(changed(5, "annulled"));
        publish();
        token.record(evidenceOf(index));
        vm.snapshotGasLastCall(GROUP, "record an annulment, 34 entries");
        vm.prank(GRADUATE);
        token.release(id);
        vm.snapshotGasLastCall(GROUP, "release a token");
    }

    /// @dev A proof of that length over made-up siblings, and the root it leads to: the same work as in a real tree.
    function claimFrom(string memory name, uint256 levels) private {
        bytes memory entry = registered(5);
        bytes32[] memory proof = new bytes32[](levels);
        bytes32 hash = Tree.leaf(entry);
        for (uint256 i = 0; i < levels; i++) {
            proof[i] = keccak256(abi.encode(i));
            hash = sha256(abi.encodePacked(hex"01", hash, proof[i]));
        }
        uint64 full = uint64(1 << levels);
        vm.prank(OPERATOR);
        anchor.anchor(LOG, full, hash, NOTE, new bytes32[](0));
        uint256 id = token.tokenIdOf(PLATFORM, 5);
        bytes memory word = authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE);
        token.claim(DiplomaToken.Evidence(LOG, full, 0, entry, proof), GRADUATE, DEADLINE, word);
        vm.snapshotGasLastCall(GROUP, string.concat("claim from ", name, " entries"));
    }

    /// @dev Both roots follow from the made-up proof, as the verifier folds it.
    function anchorLarge(string memory name, uint64 earlier, uint64 later) private {
        (uint256 node, uint256 last) = (earlier - 1, later - 1);
        while (node & 1 == 1) (node, last) = (node >> 1, last >> 1);
        bytes32[] memory proof = new bytes32[](64);
        (bytes32 earlierRoot, bytes32 laterRoot) = (keccak256("seed"), keccak256("seed"));
        uint256 length = 0;
        proof[length++] = earlierRoot;
        while (last != 0) {
            bytes32 sibling = keccak256(abi.encode(length));
            proof[length++] = sibling;
            if (node & 1 == 1 || node == last) {
                earlierRoot = Rfc6962.nodeHash(sibling, earlierRoot);
                laterRoot = Rfc6962.nodeHash(sibling, laterRoot);
                while (node & 1 == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            } else {
                laterRoot = Rfc6962.nodeHash(laterRoot, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        assembly ("memory-safe") {
            mstore(proof, length)
        }
        vm.prank(OPERATOR);
        anchor.anchor(LOG, earlier, earlierRoot, NOTE, new bytes32[](0));
        vm.prank(OPERATOR);
        anchor.anchor(LOG, later, laterRoot, NOTE, proof);
        vm.snapshotGasLastCall(GROUP, string.concat("anchor 2,000 entries after ", name));
    }
}
