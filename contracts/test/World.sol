// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CheckpointAnchor} from "../src/CheckpointAnchor.sol";
import {DiplomaToken} from "../src/DiplomaToken.sol";
import {Checks} from "./Checks.sol";
import {Tree} from "./Tree.sol";

/// @notice A regulator, two platforms with a log each, and a ledger of 33 registered diplomas that grows as tests add.
abstract contract World is Checks {
    bytes12 internal constant PLATFORM = "170240014901";
    bytes12 internal constant OTHER_PLATFORM = "990140000018";
    string internal constant ORIGIN = "mortanba.example/log/2026";
    string internal constant OTHER_ORIGIN = "other.example/log";
    // Not constants: those would be hashed anew at each use, and forge takes the call of a precompile for the one that
    // a prank or an expected refusal is meant for. For the same reason helpers take roots and proofs ready made.
    bytes32 internal immutable LOG = sha256(bytes(ORIGIN));
    bytes32 internal immutable OTHER_LOG = sha256(bytes(OTHER_ORIGIN));
    bytes32 internal constant LOG_KEY = "the log's Ed25519 key";
    bytes32 internal constant NOTE = "hash of the note";

    address internal constant REGULATOR = address(0xE60);
    address internal constant OPERATOR = address(0x09E);
    address internal constant OTHER_OPERATOR = address(0x07E);
    address internal constant GRADUATE = address(0x64AD);
    address internal constant STRANGER = address(0x575);
    uint256 internal constant CLAIM_KEY = 0xC1A1;
    uint256 internal constant OTHER_CLAIM_KEY = 0xC1A2;

    CheckpointAnchor internal anchor;
    DiplomaToken internal token;
    bytes[] internal entries;
    bytes32[] internal leaves;

    function setUp() public virtual {
        anchor = new CheckpointAnchor(REGULATOR);
        token = new DiplomaToken(anchor);
        vm.prank(REGULATOR);
        anchor.admitPlatform(PLATFORM, OPERATOR, vm.addr(CLAIM_KEY));
        vm.prank(REGULATOR);
        anchor.admitPlatform(OTHER_PLATFORM, OTHER_OPERATOR, vm.addr(OTHER_CLAIM_KEY));
        vm.prank(REGULATOR);
        anchor.admitLog(ORIGIN, PLATFORM, LOG_KEY);
        vm.prank(REGULATOR);
        anchor.admitLog(OTHER_ORIGIN, OTHER_PLATFORM, LOG_KEY);
        for (uint256 i = 0; i < 33; i++) {
            append(registered(uint128(i)));
        }
    }

    // ---- the ledger ----

    function append(bytes memory entry) internal returns (uint64 index) {
        index = uint64(entries.length);
        entries.push(entry);
        leaves.push(Tree.leaf(entry));
    }

    function size() internal view returns (uint64) {
        return uint64(leaves.length);
    }

    function root(uint64 atSize) internal view returns (bytes32) {
        return Tree.root(leaves, atSize);
    }

    function consistency(uint64 earlier, uint64 later) internal view returns (bytes32[] memory) {
        return earlier == 0 ? new bytes32[](0) : Tree.consistency(leaves, earlier, later);
    }

    /// @notice Anchors the ledger as it stands.
    function publish() internal {
        publish(LOG, OPERATOR);
    }

    function publish(bytes32 log, address operator) internal {
        (bytes32 now_, bytes32[] memory proof) = (root(size()), consistency(anchor.logOf(log).size, size()));
        vm.prank(operator);
        anchor.anchor(log, size(), now_, NOTE, proof);
    }

    function evidenceOf(uint64 index) internal view returns (DiplomaToken.Evidence memory) {
        return evidenceOf(LOG, index);
    }

    function evidenceOf(bytes32 log, uint64 index) internal view returns (DiplomaToken.Evidence memory) {
        return DiplomaToken.Evidence(log, size(), index, entries[index], Tree.path(leaves, index, size()));
    }

    // ---- its entries, as docs/formats/ledger-entry.md has them ----

    function registered(uint128 asset) internal pure returns (bytes memory) {
        return abi.encodePacked(
            '{"asset":"',
            urn(asset),
            '","at":"2026-06-26T10:00:00Z","class":"SDA (asserted, unverified)","decision":"D-2026-0001","forms":{'
            '"application/dc+sd-jwt":"sha3-512:7pbmhZAyfpVtPm60c4AJSMe0luGtDwlNedtc432Tq95zS3pj_kPHY1KCeOv8Xz5WhDaia19'
            'SbwzuN9YNell2Ag","application/vc":"sha3-512:zKR-sK2OV2BXJTlB0bJdHhgIksko6F7NfxApGNMto1vWV9EquJHd6Rnxs9Mbu'
            'uBQLLRQYarHwBDpmhgqgeQkFA","application/vnd.mortanba.paper+jwt":"sha3-512:8mojzYeOKWZE1MEinMX12IlHVoAiiI8'
            'f31Stipvw6wvLEvJh78SNnw2W76kphqSeBlA_7oCdGmh0EHnrpushMA"},"gate":"kz.digital-assets@2026.1#sha-256:AAAAAA'
            'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","initiator":"050101600808","operator":"170240014901","permit":"KZ-D'
            'A-0007","type":"asset.registered","v":1}'
        );
    }

    /// @param kind what follows `asset.`
    function changed(uint128 asset, string memory kind) internal pure returns (bytes memory) {
        return abi.encodePacked(
            '{"asset":"', urn(asset), '","at":"2026-07-01T09:30:00Z","reason":"r","type":"asset.', kind, '","v":1}'
        );
    }

    function urn(uint128 asset) internal pure returns (string memory) {
        bytes memory hexits = "0123456789abcdef";
        bytes memory text = "urn:uuid:00000000-0000-0000-0000-000000000000";
        for (uint256 i = text.length; asset != 0; asset >>= 4) {
            if (text[--i] == "-") i--;
            text[i] = hexits[asset & 15];
        }
        return string(text);
    }

    // ---- the platform's word ----

    function authorise(uint256 key, uint256 tokenId, address holder, uint256 nonce, uint64 deadline)
        internal
        view
        returns (bytes memory)
    {
        return authorise(key, address(token), block.chainid, tokenId, holder, nonce, deadline);
    }

    /// @dev EIP-712 written out, so that the contract's own hashing is checked.
    function authorise(
        uint256 key,
        address verifier,
        uint256 chain,
        uint256 tokenId,
        address holder,
        uint256 nonce,
        uint64 deadline
    ) internal pure returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Mortanba Diploma"),
                keccak256("1"),
                chain,
                verifier
            )
        );
        bytes32 claim = keccak256(
            abi.encode(
                keccak256("Claim(uint256 tokenId,address holder,uint256 nonce,uint64 deadline)"),
                tokenId,
                holder,
                nonce,
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, claim)));
        return abi.encodePacked(r, s, v);
    }
}
