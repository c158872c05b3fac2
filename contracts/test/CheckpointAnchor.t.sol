// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CheckpointAnchor} from "../src/CheckpointAnchor.sol";
import {World} from "./World.sol";

contract CheckpointAnchorTest is World {
    bytes32[] private none;

    // ---- the regulator ----

    function test_Only_the_regulator_admits_and_suspends() public {
        bytes memory refusal = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, OPERATOR);
        vm.expectRevert(refusal);
        vm.prank(OPERATOR);
        anchor.admitPlatform("000000000001", OPERATOR, STRANGER);
        vm.expectRevert(refusal);
        vm.prank(OPERATOR);
        anchor.suspendPlatform(OTHER_PLATFORM);
        vm.expectRevert(refusal);
        vm.prank(OPERATOR);
        anchor.admitLog("next.example", PLATFORM, LOG_KEY);
    }

    function test_An_admission_without_a_part_is_refused() public {
        bytes4 refusal = CheckpointAnchor.IncompleteAdmission.selector;
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.admitPlatform(0, OPERATOR, STRANGER);
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, address(0), STRANGER);
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, OPERATOR, address(0));
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.admitLog("", PLATFORM, LOG_KEY);
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.admitLog("next.example", PLATFORM, 0);
    }

    function test_A_platform_that_nobody_admitted_gets_no_log_and_no_suspension() public {
        bytes memory refusal = abi.encodeWithSelector(CheckpointAnchor.UnknownPlatform.selector, bytes12("1"));
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.admitLog("next.example", "1", LOG_KEY);
        vm.expectRevert(refusal);
        vm.prank(REGULATOR);
        anchor.suspendPlatform("1");
    }

    function test_A_log_keeps_its_platform_and_takes_a_new_key() public {
        publish();
        vm.expectRevert(abi.encodeWithSelector(CheckpointAnchor.LogOfAnotherPlatform.selector, LOG, PLATFORM));
        vm.prank(REGULATOR);
        anchor.admitLog(ORIGIN, OTHER_PLATFORM, LOG_KEY);

        vm.prank(REGULATOR);
        vm.expectEmit();
        emit CheckpointAnchor.LogAdmitted(LOG, PLATFORM, ORIGIN, "next key");
        anchor.admitLog(ORIGIN, PLATFORM, "next key");
        CheckpointAnchor.Log memory log = anchor.logOf(LOG);
        vm.assertEq(log.key, "next key");
        vm.assertEq(log.size, 33);
        vm.assertEq(log.ordinal, 1);
    }

    function test_The_logs_of_a_platform_are_counted_in_order() public {
        vm.prank(REGULATOR);
        anchor.admitLog("mortanba.example/log/2027", PLATFORM, LOG_KEY);
        vm.assertEq(anchor.logOf(sha256("mortanba.example/log/2027")).ordinal, 2);
        vm.assertEq(anchor.logOf(OTHER_LOG).ordinal, 1);
        vm.assertEq(anchor.platformOf(PLATFORM).logs, 2);
    }

    function test_The_regulator_hands_over_in_two_steps_and_cannot_resign() public {
        vm.prank(REGULATOR);
        anchor.transferOwnership(STRANGER);
        vm.assertEq(anchor.owner(), REGULATOR);
        vm.prank(STRANGER);
        anchor.acceptOwnership();
        vm.assertEq(anchor.owner(), STRANGER);

        vm.expectRevert(CheckpointAnchor.RegulatorCannotResign.selector);
        vm.prank(STRANGER);
        anchor.renounceOwnership();
    }

    // ---- the platform ----

    function test_A_log_grows_checkpoint_by_checkpoint_through_every_size() public {
        for (uint64 now_ = 1; now_ <= 33; now_++) {
            bytes32 newRoot = root(now_);
            bytes32[] memory proof = consistency(now_ - 1, now_);
            vm.expectEmit();
            emit CheckpointAnchor.Anchored(LOG, now_, newRoot, NOTE);
            vm.prank(OPERATOR);
            vm.assertTrue(anchor.anchor(LOG, now_, newRoot, NOTE, proof));
            vm.assertEq(anchor.logOf(LOG).size, now_);
        }
        for (uint64 old = 1; old <= 33; old++) {
            vm.assertEq(anchor.rootAt(LOG, old), root(old));
        }
    }

    function test_The_same_checkpoint_again_is_no_error_and_changes_nothing() public {
        anchorAt(7);
        publish();
        vm.recordLogs();
        vm.assertFalse(anchorAs(OPERATOR, 33, root(33), none));
        vm.assertFalse(anchorAs(OPERATOR, 7, root(7), none));
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(anchor.logOf(LOG).size, 33);
    }

    function test_Another_root_for_an_anchored_size_is_a_fork() public {
        anchorAt(7);
        publish();
        bytes32 other = keccak256("other");
        refuseAnchor(
            OPERATOR, 33, other, none, abi.encodeWithSelector(CheckpointAnchor.Fork.selector, LOG, 33, root(33), other)
        );
        refuseAnchor(
            OPERATOR, 7, other, none, abi.encodeWithSelector(CheckpointAnchor.Fork.selector, LOG, 7, root(7), other)
        );
    }

    function test_A_smaller_size_is_refused() public {
        publish();
        refuseAnchor(
            OPERATOR, 32, root(32), none, abi.encodeWithSelector(CheckpointAnchor.SizeShrinks.selector, LOG, 33, 32)
        );
    }

    function test_A_checkpoint_that_does_not_continue_the_last_is_refused() public {
        anchorAt(7);
        bytes32[] memory proof = consistency(7, 33);
        bytes memory refusal = abi.encodeWithSelector(CheckpointAnchor.Inconsistent.selector, LOG, 7, 33);
        refuseAnchor(OPERATOR, 33, ~root(33), proof, refusal);
        refuseAnchor(OPERATOR, 33, root(33), none, refusal);
        proof[0] = ~proof[0];
        refuseAnchor(OPERATOR, 33, root(33), proof, refusal);
    }

    function test_The_first_checkpoint_takes_no_proof() public {
        bytes32[] memory proof = new bytes32[](1);
        refuseAnchor(
            OPERATOR, 33, root(33), proof, abi.encodeWithSelector(CheckpointAnchor.Inconsistent.selector, LOG, 0, 33)
        );
    }

    function test_An_empty_log_and_an_empty_root_are_refused() public {
        refuseAnchor(OPERATOR, 0, sha256(""), none, abi.encodeWithSelector(CheckpointAnchor.EmptyCheckpoint.selector));
        refuseAnchor(OPERATOR, 33, 0, none, abi.encodeWithSelector(CheckpointAnchor.EmptyCheckpoint.selector));
    }

    function test_A_log_that_nobody_admitted_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(CheckpointAnchor.UnknownLog.selector, bytes32("no log")));
        vm.prank(OPERATOR);
        anchor.anchor("no log", 33, keccak256("root"), NOTE, none);
    }

    function test_Nobody_but_the_platforms_operator_anchors() public {
        bytes32 newRoot = root(33);
        address[5] memory others = [STRANGER, OTHER_OPERATOR, REGULATOR, vm.addr(CLAIM_KEY), GRADUATE];
        for (uint256 i = 0; i < others.length; i++) {
            refuseAnchor(
                others[i],
                33,
                newRoot,
                none,
                abi.encodeWithSelector(CheckpointAnchor.NotTheOperator.selector, PLATFORM, others[i])
            );
        }
    }

    function test_A_suspended_platform_anchors_nothing_until_it_is_admitted_again() public {
        anchorAt(7);
        vm.expectEmit();
        emit CheckpointAnchor.PlatformSuspended(PLATFORM);
        vm.prank(REGULATOR);
        anchor.suspendPlatform(PLATFORM);
        bytes32[] memory proof = consistency(7, 33);
        bytes32 newRoot = root(33);
        refuseAnchor(
            OPERATOR,
            33,
            newRoot,
            proof,
            abi.encodeWithSelector(CheckpointAnchor.PlatformNotAdmitted.selector, PLATFORM)
        );
        vm.assertEq(anchor.rootAt(LOG, 7), root(7));

        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, OPERATOR, vm.addr(CLAIM_KEY));
        vm.assertTrue(anchorAs(OPERATOR, 33, newRoot, proof));
    }

    function test_An_operator_that_was_replaced_anchors_no_more() public {
        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, STRANGER, vm.addr(CLAIM_KEY));
        bytes32 newRoot = root(33);
        refuseAnchor(
            OPERATOR,
            33,
            newRoot,
            none,
            abi.encodeWithSelector(CheckpointAnchor.NotTheOperator.selector, PLATFORM, OPERATOR)
        );
        vm.assertTrue(anchorAs(STRANGER, 33, newRoot, none));
    }

    function testFuzz_Any_growing_row_of_sizes_is_anchored(uint64 first, uint64 second, uint64 third) public {
        first = uint64(within(first, 1, 31));
        second = uint64(within(second, first + 1, 32));
        third = uint64(within(third, second + 1, 33));
        anchorAt(first);
        anchorAt(second);
        anchorAt(third);
        vm.assertEq(anchor.logOf(LOG).size, third);
    }

    /// @dev Whatever the operator sends, a checkpoint that is not of this tree never goes in after one that is.
    function testFuzz_No_other_root_goes_in(uint64 atSize, bytes32 other, bytes32[] calldata proof) public {
        anchorAt(20);
        vm.prank(OPERATOR);
        try anchor.anchor(LOG, atSize, other, NOTE, proof) returns (bool added) {
            vm.assertFalse(added);
        } catch {}
        vm.assertEq(anchor.logOf(LOG).size, 20);
    }

    // ---- evidence ----

    bytes32 private constant OTHER_ROOT = bytes32(uint256(1));
    string private constant OTHER_ROOT_BASE64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";
    string private constant SIGNATURE = unicode"\n— mortanba.example/log/2026 AAAA\n";

    function test_A_contradicting_note_is_kept_whole() public {
        publish();
        bytes memory note = bytes(string.concat(ORIGIN, "\n33\n", OTHER_ROOT_BASE64, "\n", SIGNATURE));
        vm.expectEmit();
        emit CheckpointAnchor.ForkReported(LOG, 33, root(33), OTHER_ROOT, note, OTHER_OPERATOR);
        vm.prank(OTHER_OPERATOR);
        anchor.reportFork(ORIGIN, 33, OTHER_ROOT, note, OTHER_PLATFORM);
        vm.expectEmit();
        emit CheckpointAnchor.ForkReported(LOG, 33, root(33), OTHER_ROOT, note, REGULATOR);
        vm.prank(REGULATOR);
        anchor.reportFork(ORIGIN, 33, OTHER_ROOT, note, 0);
    }

    function test_Only_the_regulator_and_admitted_operators_report() public {
        publish();
        bytes memory note = bytes(string.concat(ORIGIN, "\n33\n", OTHER_ROOT_BASE64, "\n", SIGNATURE));
        vm.expectRevert(abi.encodeWithSelector(CheckpointAnchor.NotTheOperator.selector, PLATFORM, STRANGER));
        vm.prank(STRANGER);
        anchor.reportFork(ORIGIN, 33, OTHER_ROOT, note, PLATFORM);
        vm.prank(REGULATOR);
        anchor.suspendPlatform(OTHER_PLATFORM);
        vm.expectRevert(abi.encodeWithSelector(CheckpointAnchor.PlatformNotAdmitted.selector, OTHER_PLATFORM));
        vm.prank(OTHER_OPERATOR);
        anchor.reportFork(ORIGIN, 33, OTHER_ROOT, note, OTHER_PLATFORM);
    }

    function test_What_contradicts_nothing_is_no_fork() public {
        publish();
        bytes32 same = root(33);
        vm.expectRevert(abi.encodeWithSelector(CheckpointAnchor.NotAFork.selector, LOG, 33));
        vm.prank(REGULATOR);
        anchor.reportFork(ORIGIN, 33, same, "", 0);
        bytes memory note = bytes(string.concat(ORIGIN, "\n32\n", OTHER_ROOT_BASE64, "\n", SIGNATURE));
        vm.expectRevert(abi.encodeWithSelector(CheckpointAnchor.NotAFork.selector, LOG, 32));
        vm.prank(REGULATOR);
        anchor.reportFork(ORIGIN, 32, OTHER_ROOT, note, 0);
    }

    function test_A_note_of_another_log_size_or_root_is_no_evidence() public {
        publish();
        string[4] memory notes = [
            string.concat(OTHER_ORIGIN, "\n33\n", OTHER_ROOT_BASE64, "\n", SIGNATURE),
            string.concat(ORIGIN, "\n32\n", OTHER_ROOT_BASE64, "\n", SIGNATURE),
            string.concat(ORIGIN, "\n33\n", "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=", "\n", SIGNATURE),
            string.concat(ORIGIN, "\n33\n")
        ];
        for (uint256 i = 0; i < notes.length; i++) {
            vm.expectRevert(CheckpointAnchor.NoteSaysOtherwise.selector);
            vm.prank(REGULATOR);
            anchor.reportFork(ORIGIN, 33, OTHER_ROOT, bytes(notes[i]), 0);
        }
    }

    function anchorAs(address sender, uint64 atSize, bytes32 newRoot, bytes32[] memory proof) private returns (bool) {
        vm.prank(sender);
        return anchor.anchor(LOG, atSize, newRoot, NOTE, proof);
    }

    function refuseAnchor(address sender, uint64 atSize, bytes32 newRoot, bytes32[] memory proof, bytes memory refusal)
        private
    {
        vm.expectRevert(refusal);
        anchorAs(sender, atSize, newRoot, proof);
    }

    function anchorAt(uint64 atSize) private {
        bytes32[] memory proof = consistency(anchor.logOf(LOG).size, atSize);
        vm.assertTrue(anchorAs(OPERATOR, atSize, root(atSize), proof), "anchored");
    }
}
