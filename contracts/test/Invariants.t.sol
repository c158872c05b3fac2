// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DiplomaToken} from "../src/DiplomaToken.sol";
import {Tree} from "./Tree.sol";
import {World} from "./World.sol";

/// @notice Does in any order what people do here, good and bad, and notes what it saw.
contract People is World {
    uint256 private constant ASSETS = 8;
    uint64 private constant DEADLINE = type(uint64).max;

    /// @notice The sizes and roots that went in, in order.
    uint64[] public sizes;
    bytes32[] public roots;
    /// @notice Whom the platform's word named last, for each token.
    mapping(uint256 tokenId => address) public named;
    bool public hasMoved;
    bool public hasRisen;

    function anchorHonestly(uint64 atSize) external {
        atSize = uint64(within(atSize, 1, size()));
        uint64 last = anchor.logOf(LOG).size;
        bytes32[] memory proof = last == 0 || atSize <= last ? new bytes32[](0) : consistency(last, atSize);
        send(OPERATOR, atSize, root(atSize), proof);
    }

    function anchorAnything(bool byOperator, uint64 atSize, bytes32 newRoot, bytes32[] calldata proof) external {
        // The first checkpoint is believed as it stands; the log is honest then.
        if (anchor.logOf(LOG).size == 0) return;
        send(byOperator ? OPERATOR : STRANGER, atSize, newRoot, proof);
    }

    function suspend() external {
        vm.prank(REGULATOR);
        anchor.suspendPlatform(PLATFORM);
    }

    function admit() external {
        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, OPERATOR, vm.addr(CLAIM_KEY));
    }

    function append(uint256 asset, uint256 kind) external {
        if (size() > 80) return;
        string[5] memory kinds = ["suspended", "reinstated", "annulled", "superseded", "erased"];
        append(changed(uint128(asset % ASSETS), kinds[kind % 5]));
    }

    function claim(uint256 asset, address holder, bool isSigned) external {
        asset = asset % ASSETS;
        uint64 anchored = anchor.logOf(LOG).size;
        if (anchored <= asset || holder == address(0)) return;
        uint256 id = token.tokenIdOf(PLATFORM, uint128(asset));
        bytes memory word = isSigned ? authorise(CLAIM_KEY, id, holder, token.releases(id), DEADLINE) : bytes("no word");
        try token.claim(evidence(uint64(asset), anchored), holder, DEADLINE, word) {
            if (!isSigned) hasMoved = true;
            named[id] = holder;
        } catch {}
    }

    function record(uint64 index) external {
        uint64 anchored = anchor.logOf(LOG).size;
        if (anchored <= 33) return;
        index = uint64(within(index, 33, anchored - 1));
        DiplomaToken.Standing[] memory before = standings();
        try token.record(evidence(index, anchored)) {} catch {}
        for (uint256 i = 0; i < ASSETS; i++) {
            if (before[i] == DiplomaToken.Standing.Ended && standings()[i] != before[i]) hasRisen = true;
        }
    }

    function release(uint256 asset, bool byPlatform) external {
        uint256 id = token.tokenIdOf(PLATFORM, uint128(asset % ASSETS));
        vm.prank(byPlatform ? OPERATOR : named[id]);
        try token.release(id) {
            named[id] = address(0);
        } catch {}
    }

    function transfer(uint256 asset, address sender, address to, uint256 way) external {
        uint256 id = token.tokenIdOf(PLATFORM, uint128(asset % ASSETS));
        address holder = named[id];
        vm.prank(way & 1 == 0 ? holder : sender);
        (bool done,) = address(token)
            .call(
                way & 2 == 0
                    ? abi.encodeCall(token.transferFrom, (holder, to, id))
                    : abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", holder, to, id)
            );
        if (done) hasMoved = true;
    }

    /// @notice Nobody holds what the platform gave to another.
    function tokensStand() external view returns (bool) {
        if (hasMoved) return false;
        for (uint256 i = 0; i < ASSETS; i++) {
            uint256 id = token.tokenIdOf(PLATFORM, uint128(i));
            try token.ownerOf(id) returns (address owner) {
                if (owner != named[id]) return false;
            } catch {
                if (named[id] != address(0)) return false;
            }
        }
        return true;
    }

    /// @notice Sizes grew, every root is still there and is the ledger's.
    function checkpointsStand() external view returns (bool) {
        for (uint256 i = 0; i < sizes.length; i++) {
            if (i > 0 && sizes[i] <= sizes[i - 1]) return false;
            if (anchor.rootAt(LOG, sizes[i]) != roots[i] || root(sizes[i]) != roots[i]) return false;
        }
        return sizes.length == 0 || anchor.logOf(LOG).size == sizes[sizes.length - 1];
    }

    function send(address sender, uint64 atSize, bytes32 newRoot, bytes32[] memory proof) private {
        vm.prank(sender);
        try anchor.anchor(LOG, atSize, newRoot, NOTE, proof) returns (bool added) {
            if (!added) return;
            sizes.push(atSize);
            roots.push(newRoot);
        } catch {}
    }

    function evidence(uint64 index, uint64 anchored) private view returns (DiplomaToken.Evidence memory) {
        return DiplomaToken.Evidence(LOG, anchored, index, entries[index], Tree.path(leaves, index, anchored));
    }

    function standings() private view returns (DiplomaToken.Standing[] memory all) {
        all = new DiplomaToken.Standing[](ASSETS);
        for (uint256 i = 0; i < ASSETS; i++) {
            all[i] = token.standingOf(token.tokenIdOf(PLATFORM, uint128(i)));
        }
    }
}

contract InvariantsTest {
    People private people;

    function setUp() public {
        people = new People();
        people.setUp();
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory acts = new bytes4[](9);
        acts[0] = People.anchorHonestly.selector;
        acts[1] = People.anchorAnything.selector;
        acts[2] = People.suspend.selector;
        acts[3] = People.admit.selector;
        acts[4] = bytes4(keccak256("append(uint256,uint256)"));
        acts[5] = People.claim.selector;
        acts[6] = People.record.selector;
        acts[7] = People.release.selector;
        acts[8] = People.transfer.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(people), acts);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(people);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev One, so that each sequence is walked once for all of them.
    function invariant_Checkpoints_grow_tokens_never_move_ends_stay() public view {
        require(people.checkpointsStand(), "checkpoints only grow and never change");
        require(people.tokensStand(), "tokens never move");
        require(!people.hasRisen(), "what ended stays ended");
    }
}
