// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {DiplomaToken, IERC5192} from "../src/DiplomaToken.sol";
import {LedgerEntry} from "../src/LedgerEntry.sol";
import {World} from "./World.sol";

/// @notice A claim signer that is a contract: it accepts one signature, four bytes long.
contract CommitteeSigner is IERC1271 {
    function isValidSignature(bytes32, bytes calldata signature) external pure returns (bytes4) {
        return keccak256(signature) == keccak256("1of2") ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract DiplomaTokenTest is World {
    uint64 private constant DEADLINE = 2_000_000_000;
    uint64 private constant INDEX = 5;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        publish();
        id = token.tokenIdOf(PLATFORM, INDEX);
    }

    // ---- claiming ----

    function test_A_graduate_claims_the_token_of_a_registered_diploma() public {
        vm.expectEmit();
        emit IERC5192.Locked(id);
        vm.assertEq(claim(INDEX, GRADUATE), id);
        vm.assertEq(token.ownerOf(id), GRADUATE);
        vm.assertEq(token.balanceOf(GRADUATE), 1);
        vm.assertTrue(token.locked(id));
    }

    function test_Each_entry_of_a_ledger_is_claimed_by_its_own_holder() public {
        for (uint64 i = 0; i < 33; i++) {
            claim(i, address(uint160(0x1000 + i)));
            vm.assertEq(token.ownerOf(token.tokenIdOf(PLATFORM, i)), address(uint160(0x1000 + i)));
        }
    }

    function test_A_token_says_platform_and_asset_and_nothing_of_a_person() public {
        vm.assertEq(id, uint256(uint96(bytes12("170240014901"))) << 128 | INDEX);
        claim(INDEX, GRADUATE);
        vm.assertEq(token.tokenURI(id), "");
        vm.assertEq(token.name(), "Mortanba Diploma");
        vm.assertEq(token.symbol(), "DIPLOMA");
    }

    /// @dev Who sees a claim on its way can send the same, and give the graduate his token; nothing else.
    function test_A_claim_seen_on_its_way_cannot_be_stolen() public {
        bytes memory word = authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE);
        DiplomaToken.Evidence memory evidence = evidenceOf(INDEX);
        vm.expectRevert(abi.encodeWithSelector(DiplomaToken.NotAuthorised.selector, id, STRANGER));
        vm.prank(STRANGER);
        token.claim(evidence, STRANGER, DEADLINE, word);
        vm.prank(STRANGER);
        token.claim(evidence, GRADUATE, DEADLINE, word);
        vm.assertEq(token.ownerOf(id), GRADUATE);
    }

    function test_The_word_of_anybody_else_or_on_anything_else_is_refused() public {
        bytes[8] memory words = [
            authorise(OTHER_CLAIM_KEY, id, GRADUATE, 0, DEADLINE),
            authorise(CLAIM_KEY, id + 1, GRADUATE, 0, DEADLINE),
            authorise(CLAIM_KEY, id, STRANGER, 0, DEADLINE),
            authorise(CLAIM_KEY, id, GRADUATE, 1, DEADLINE),
            authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE + 1),
            authorise(CLAIM_KEY, address(anchor), block.chainid, id, GRADUATE, 0, DEADLINE),
            authorise(CLAIM_KEY, address(token), block.chainid + 1, id, GRADUATE, 0, DEADLINE),
            bytes("")
        ];
        for (uint256 i = 0; i < words.length; i++) {
            refuseClaim(
                evidenceOf(INDEX), words[i], abi.encodeWithSelector(DiplomaToken.NotAuthorised.selector, id, GRADUATE)
            );
        }
    }

    function test_A_contract_may_be_the_claim_signer() public {
        address signer = address(new CommitteeSigner());
        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, OPERATOR, signer);
        refuseClaim(
            evidenceOf(INDEX), "2of2", abi.encodeWithSelector(DiplomaToken.NotAuthorised.selector, id, GRADUATE)
        );
        token.claim(evidenceOf(INDEX), GRADUATE, DEADLINE, "1of2");
        vm.assertEq(token.ownerOf(id), GRADUATE);
    }

    function test_An_authorisation_ends_after_its_deadline() public {
        bytes memory word = authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE);
        vm.warp(uint256(DEADLINE) + 1);
        refuseClaim(evidenceOf(INDEX), word, abi.encodeWithSelector(DiplomaToken.ClaimExpired.selector, DEADLINE));
        vm.warp(DEADLINE);
        token.claim(evidenceOf(INDEX), GRADUATE, DEADLINE, word);
    }

    function test_A_checkpoint_that_is_not_anchored_proves_nothing() public {
        append(registered(100));
        refuseClaim(evidenceOf(INDEX), "", abi.encodeWithSelector(DiplomaToken.NotAnchored.selector, LOG, 34));
        DiplomaToken.Evidence memory evidence = evidenceOf(OTHER_LOG, INDEX);
        evidence.size = 33;
        refuseClaim(evidence, "", abi.encodeWithSelector(DiplomaToken.NotAnchored.selector, OTHER_LOG, 33));
    }

    function test_An_entry_that_is_not_in_the_tree_is_refused() public {
        bytes memory word = authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE);
        DiplomaToken.Evidence memory evidence = evidenceOf(INDEX);
        evidence.index = INDEX + 1;
        refuseClaim(evidence, word, abi.encodeWithSelector(DiplomaToken.NotIncluded.selector, LOG, INDEX + 1));
        evidence = evidenceOf(INDEX);
        evidence.entry[100] ^= 0x01;
        refuseClaim(evidence, word, abi.encodeWithSelector(DiplomaToken.NotIncluded.selector, LOG, INDEX));
        evidence = evidenceOf(INDEX);
        evidence.proof[0] ^= bytes32(uint256(1));
        refuseClaim(evidence, word, abi.encodeWithSelector(DiplomaToken.NotIncluded.selector, LOG, INDEX));
    }

    function test_Only_a_registration_makes_a_token() public {
        uint64 transferred = append(
            abi.encodePacked(
                '{"asset":"', urn(INDEX), '","at":"2026-07-01T09:30:00Z","type":"asset.transferred","v":1}'
            )
        );
        uint64 permit = append(
            '{"at":"2026-01-15T05:00:01Z","bin":"170240014901","from":"2026-01-15","permit":"KZ-DA-0007",'
            '"type":"permit.granted","v":1}'
        );
        publish();
        bytes memory word = authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE);
        refuseClaim(evidenceOf(transferred), word, abi.encodeWithSelector(DiplomaToken.NotARegistration.selector));
        refuseClaim(evidenceOf(permit), word, abi.encodeWithSelector(LedgerEntry.NotOfAnAsset.selector));
    }

    function test_A_suspended_platform_gives_no_word() public {
        vm.prank(REGULATOR);
        anchor.suspendPlatform(PLATFORM);
        refuseClaim(
            evidenceOf(INDEX),
            authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE),
            abi.encodeWithSelector(DiplomaToken.PlatformNotAdmitted.selector, PLATFORM)
        );
    }

    function test_An_asset_has_one_token_though_it_be_registered_twice() public {
        claim(INDEX, GRADUATE);
        uint64 again = append(registered(INDEX));
        publish();
        refuseClaim(
            evidenceOf(again),
            authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE),
            abi.encodeWithSelector(DiplomaToken.AlreadyClaimed.selector, id)
        );
    }

    /// @dev A platform that writes another's asset into its own log gets a token under its own BIN only.
    function test_Platforms_cannot_take_each_others_tokens() public {
        publish(OTHER_LOG, OTHER_OPERATOR);
        uint256 other = token.tokenIdOf(OTHER_PLATFORM, INDEX);
        token.claim(
            evidenceOf(OTHER_LOG, INDEX), STRANGER, DEADLINE, authorise(OTHER_CLAIM_KEY, other, STRANGER, 0, DEADLINE)
        );
        claim(INDEX, GRADUATE);
        vm.assertEq(token.ownerOf(other), STRANGER);
        vm.assertEq(token.ownerOf(id), GRADUATE);
    }

    function test_Nobody_is_no_holder() public {
        bytes memory word = authorise(CLAIM_KEY, id, address(0), 0, DEADLINE);
        DiplomaToken.Evidence memory evidence = evidenceOf(INDEX);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        token.claim(evidence, address(0), DEADLINE, word);
    }

    function testFuzz_Only_the_signed_address_gets_the_token(address signed, address sent) public {
        vm.assume(signed != address(0) && sent != address(0) && signed != sent);
        bytes memory word = authorise(CLAIM_KEY, id, signed, 0, DEADLINE);
        DiplomaToken.Evidence memory evidence = evidenceOf(INDEX);
        vm.expectRevert(abi.encodeWithSelector(DiplomaToken.NotAuthorised.selector, id, sent));
        token.claim(evidence, sent, DEADLINE, word);
        token.claim(evidence, signed, DEADLINE, word);
        vm.assertEq(token.ownerOf(id), signed);
    }

    // ---- never moving ----

    function test_A_token_cannot_be_moved_or_lent_by_anyone() public {
        claim(INDEX, GRADUATE);
        address[4] memory senders = [GRADUATE, OPERATOR, REGULATOR, STRANGER];
        bytes4 refusal = DiplomaToken.NonTransferable.selector;
        for (uint256 i = 0; i < senders.length; i++) {
            vm.expectRevert(refusal);
            vm.prank(senders[i]);
            token.transferFrom(GRADUATE, STRANGER, id);
            vm.expectRevert(refusal);
            vm.prank(senders[i]);
            token.transferFrom(GRADUATE, GRADUATE, id);
            vm.expectRevert(refusal);
            vm.prank(senders[i]);
            token.safeTransferFrom(GRADUATE, STRANGER, id);
            vm.expectRevert(refusal);
            vm.prank(senders[i]);
            token.safeTransferFrom(GRADUATE, STRANGER, id, "data");
            vm.expectRevert(refusal);
            vm.prank(senders[i]);
            token.approve(STRANGER, id);
            vm.expectRevert(refusal);
            vm.prank(senders[i]);
            token.setApprovalForAll(STRANGER, true);
        }
        vm.assertEq(token.getApproved(id), address(0));
        vm.assertFalse(token.isApprovedForAll(GRADUATE, STRANGER));
        vm.assertEq(token.ownerOf(id), GRADUATE);
    }

    function test_A_transfer_makes_no_token_out_of_nothing() public {
        vm.expectRevert(DiplomaToken.NonTransferable.selector);
        vm.prank(GRADUATE);
        token.transferFrom(address(0), GRADUATE, id);
    }

    function test_It_names_the_interfaces_it_keeps() public view {
        vm.assertTrue(type(IERC5192).interfaceId == 0xb45a3c0e);
        vm.assertTrue(token.supportsInterface(0xb45a3c0e), "ERC-5192");
        vm.assertTrue(token.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(token.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        vm.assertTrue(token.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertFalse(token.supportsInterface(0xffffffff), "nothing");
    }

    function test_A_token_that_does_not_exist_is_not_locked() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, id));
        token.locked(id);
    }

    // ---- in force or not ----

    function test_An_ended_diploma_cannot_be_claimed() public {
        string[3] memory ends = ["annulled", "superseded", "erased"];
        for (uint128 i = 0; i < 3; i++) {
            bring(changed(i, ends[i]));
            uint256 ended = token.tokenIdOf(PLATFORM, i);
            refuseClaim(
                evidenceOf(uint64(i)),
                authorise(CLAIM_KEY, ended, GRADUATE, 0, DEADLINE),
                abi.encodeWithSelector(DiplomaToken.NotInForce.selector, ended, DiplomaToken.Standing.Ended)
            );
        }
    }

    function test_A_suspended_diploma_is_claimed_after_it_is_reinstated() public {
        bring(changed(uint128(INDEX), "suspended"));
        refuseClaim(
            evidenceOf(INDEX),
            authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE),
            abi.encodeWithSelector(DiplomaToken.NotInForce.selector, id, DiplomaToken.Standing.Suspended)
        );
        bring(changed(uint128(INDEX), "reinstated"));
        claim(INDEX, GRADUATE);
    }

    function test_A_claimed_token_shows_that_its_diploma_ended() public {
        claim(INDEX, GRADUATE);
        vm.assertTrue(token.standingOf(id) == DiplomaToken.Standing.InForce);
        uint64 index = append(changed(uint128(INDEX), "annulled"));
        publish();
        DiplomaToken.Evidence memory evidence = evidenceOf(index);
        vm.expectEmit();
        emit DiplomaToken.Recorded(id, DiplomaToken.Standing.Ended, LOG, index);
        vm.prank(STRANGER);
        token.record(evidence);
        vm.assertTrue(token.standingOf(id) == DiplomaToken.Standing.Ended);
        vm.assertEq(token.ownerOf(id), GRADUATE);
    }

    function test_An_older_entry_takes_nothing_back() public {
        uint64 suspended = append(changed(uint128(INDEX), "suspended"));
        uint64 reinstated = append(changed(uint128(INDEX), "reinstated"));
        publish();
        token.record(evidenceOf(reinstated));
        for (uint256 i = 0; i < 2; i++) {
            DiplomaToken.Evidence memory older = evidenceOf(i == 0 ? suspended : reinstated);
            vm.expectRevert(abi.encodeWithSelector(DiplomaToken.OlderThanRecorded.selector, id));
            token.record(older);
        }
        vm.assertTrue(token.standingOf(id) == DiplomaToken.Standing.InForce);
    }

    function test_An_end_counts_in_whatever_order_it_is_brought_and_stays() public {
        uint64 annulled = append(changed(uint128(INDEX), "annulled"));
        uint64 reinstated = append(changed(uint128(INDEX), "reinstated"));
        uint64 later = append(changed(uint128(INDEX), "reinstated"));
        publish();
        token.record(evidenceOf(reinstated));
        token.record(evidenceOf(annulled));
        DiplomaToken.Evidence memory evidence = evidenceOf(later);
        vm.expectRevert(abi.encodeWithSelector(DiplomaToken.NotInForce.selector, id, DiplomaToken.Standing.Ended));
        token.record(evidence);
        token.record(evidenceOf(annulled));
        vm.assertTrue(token.standingOf(id) == DiplomaToken.Standing.Ended);
    }

    /// @dev A log a year: what stands in the later log is later, whatever its index.
    function test_An_entry_of_the_platforms_next_log_is_newer() public {
        uint64 suspended = append(changed(uint128(INDEX), "suspended"));
        publish();
        token.record(evidenceOf(suspended));

        delete entries;
        delete leaves;
        bytes32 next = sha256("mortanba.example/log/2027");
        vm.prank(REGULATOR);
        anchor.admitLog("mortanba.example/log/2027", PLATFORM, LOG_KEY);
        append(changed(uint128(INDEX), "reinstated"));
        publish(next, OPERATOR);
        token.record(evidenceOf(next, 0));
        vm.assertTrue(token.standingOf(id) == DiplomaToken.Standing.InForce);
    }

    function test_Another_platforms_log_changes_nothing_here() public {
        uint64 index = append(changed(uint128(INDEX), "annulled"));
        publish(OTHER_LOG, OTHER_OPERATOR);
        token.record(evidenceOf(OTHER_LOG, index));
        vm.assertTrue(token.standingOf(id) == DiplomaToken.Standing.InForce);
    }

    function test_Only_a_proved_change_of_state_is_recorded() public {
        uint64 index = append(changed(uint128(INDEX), "annulled"));
        DiplomaToken.Evidence memory evidence = evidenceOf(index);
        vm.expectRevert(abi.encodeWithSelector(DiplomaToken.NotAnchored.selector, LOG, 34));
        token.record(evidence);
        publish();
        evidence.index = 1;
        vm.expectRevert(abi.encodeWithSelector(DiplomaToken.NotIncluded.selector, LOG, 1));
        token.record(evidence);
        evidence = evidenceOf(INDEX);
        vm.expectRevert(DiplomaToken.NotAChangeOfState.selector);
        token.record(evidence);
    }

    // ---- releasing ----

    function test_A_holder_releases_the_token_at_any_time() public {
        claim(INDEX, GRADUATE);
        vm.prank(REGULATOR);
        anchor.suspendPlatform(PLATFORM);
        vm.expectEmit();
        emit DiplomaToken.Released(id, GRADUATE, GRADUATE);
        vm.prank(GRADUATE);
        token.release(id);
        vm.assertEq(token.balanceOf(GRADUATE), 0);
    }

    function test_The_platform_burns_the_token_of_an_ended_diploma() public {
        claim(INDEX, GRADUATE);
        bring(changed(uint128(INDEX), "annulled"));
        vm.prank(OPERATOR);
        token.release(id);
        vm.assertEq(token.balanceOf(GRADUATE), 0);
        refuseClaim(
            evidenceOf(INDEX),
            authorise(CLAIM_KEY, id, GRADUATE, 1, DEADLINE),
            abi.encodeWithSelector(DiplomaToken.NotInForce.selector, id, DiplomaToken.Standing.Ended)
        );
    }

    function test_The_same_person_claims_anew_with_another_wallet() public {
        claim(INDEX, GRADUATE);
        vm.prank(OPERATOR);
        token.release(id);
        vm.assertEq(token.releases(id), 1);
        // The word on the lost wallet has served.
        refuseClaim(
            evidenceOf(INDEX),
            authorise(CLAIM_KEY, id, GRADUATE, 0, DEADLINE),
            abi.encodeWithSelector(DiplomaToken.NotAuthorised.selector, id, GRADUATE)
        );
        token.claim(evidenceOf(INDEX), STRANGER, DEADLINE, authorise(CLAIM_KEY, id, STRANGER, 1, DEADLINE));
        vm.assertEq(token.ownerOf(id), STRANGER);
    }

    function test_Nobody_else_releases_it() public {
        claim(INDEX, GRADUATE);
        address[4] memory others = [STRANGER, REGULATOR, OTHER_OPERATOR, vm.addr(CLAIM_KEY)];
        for (uint256 i = 0; i < others.length; i++) {
            vm.expectRevert(abi.encodeWithSelector(DiplomaToken.NeitherHolderNorPlatform.selector, others[i]));
            vm.prank(others[i]);
            token.release(id);
        }
        vm.prank(REGULATOR);
        anchor.suspendPlatform(PLATFORM);
        vm.expectRevert(abi.encodeWithSelector(DiplomaToken.PlatformNotAdmitted.selector, PLATFORM));
        vm.prank(OPERATOR);
        token.release(id);
    }

    function test_A_token_that_does_not_exist_is_not_released() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, id));
        vm.prank(OPERATOR);
        token.release(id);
    }

    function claim(uint64 index, address holder) private returns (uint256) {
        uint256 claimed = token.tokenIdOf(PLATFORM, index);
        return token.claim(
            evidenceOf(index),
            holder,
            DEADLINE,
            authorise(CLAIM_KEY, claimed, holder, token.releases(claimed), DEADLINE)
        );
    }

    /// @notice A claim for the graduate, refused with exactly this.
    function refuseClaim(DiplomaToken.Evidence memory evidence, bytes memory word, bytes memory refusal) private {
        vm.expectRevert(refusal);
        token.claim(evidence, GRADUATE, DEADLINE, word);
    }

    function bring(bytes memory entry) private {
        uint64 index = append(entry);
        publish();
        token.record(evidenceOf(index));
    }
}
