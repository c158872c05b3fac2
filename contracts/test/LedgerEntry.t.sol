// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LedgerEntry} from "../src/LedgerEntry.sol";
import {World} from "./World.sol";

contract OpenLedgerEntry {
    function read(bytes calldata entry) external pure returns (uint128 asset, bytes32 kind) {
        return LedgerEntry.read(entry);
    }
}

contract LedgerEntryTest is World {
    OpenLedgerEntry private immutable reader = new OpenLedgerEntry();

    /// @dev The example of docs/formats/ledger-entry.md, with the leaf hash that stands there.
    function test_Reads_the_example_of_the_format() public view {
        uint128 asset = 0x0b2c6d1e6a9f4c1e9b7a2f6f0d7e1a55;
        bytes memory entry = registered(asset);
        vm.assertEq(entry.length, 722);
        vm.assertEq(
            sha256(abi.encodePacked(hex"00", entry)), 0xa3fa2a288a3c101acdc079e6ffdf74707f823c13cabaf162586ebb5bad0da245
        );
        expect(entry, asset, "asset.registered");
    }

    function test_Reads_every_kind_of_change() public view {
        string[5] memory kinds = ["suspended", "reinstated", "annulled", "superseded", "erased"];
        for (uint256 i = 0; i < kinds.length; i++) {
            expect(changed(0xab, kinds[i]), 0xab, string.concat("asset.", kinds[i]));
        }
    }

    function testFuzz_Reads_any_asset(uint128 asset) public view {
        expect(registered(asset), asset, "asset.registered");
    }

    /// @dev What a platform puts into a text is escaped, and what it nests ends with one more bracket.
    function test_Text_inside_a_member_never_passes_for_the_type() public {
        expect(
            abi.encodePacked(
                '{"asset":"',
                urn(1),
                '","at":"","reason":"\\",\\"type\\":\\"asset.registered\\",\\"v\\":1}","type":"x","v":1}'
            ),
            1,
            "x"
        );
        refuse(abi.encodePacked('{"asset":"', urn(1), '","at":"","z":{"type":"asset.registered","v":1}}'));
        refuse(abi.encodePacked('{"asset":"', urn(1), '","at":"","reason":"\\"type\\":\\"asset.registered","v":1}'));
    }

    function test_Refuses_what_is_not_an_entry_of_an_asset() public {
        bytes memory good = changed(1, "annulled");
        refuse("");
        refuse("{}");
        refuse(abi.encodePacked(good, " "));
        refuse(abi.encodePacked(" ", good));
        refuse(abi.encodePacked('{"asset":"', urn(1), '","at":"'));
        refuse(abi.encodePacked('{"asset":"', urn(1), '","type":"asset.annulled","v":1}'));
        refuse(abi.encodePacked('{"asset":"', urn(1), '","at":"","type":"asset.annulled","v":2}'));
        refuse('{"asset":"urn:oid:1.2.840.113549.1.1.11.1.2.3.4.5.6.7.8","at":"","type":"asset.annulled","v":1}');
        refuse('{"asset":"urn:uuid:0B2C6D1E-6A9F-4C1E-9B7A-2F6F0D7E1A55","at":"","type":"asset.annulled","v":1}');
        refuse('{"asset":"urn:uuid:0b2c6d1e06a9f-4c1e-9b7a-2f6f0d7e1a55","at":"","type":"asset.annulled","v":1}');
        refuse('{"asset":"urn:uuid:0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a5-","at":"","type":"asset.annulled","v":1}');
    }

    function testFuzz_Refuses_an_entry_cut_short(uint256 length) public {
        bytes memory entry = registered(7);
        length = within(length, 0, entry.length - 1);
        assembly ("memory-safe") {
            mstore(entry, length)
        }
        refuse(entry);
    }

    function expect(bytes memory entry, uint128 asset, string memory kind) private view {
        (uint128 foundAsset, bytes32 foundKind) = reader.read(entry);
        vm.assertEq(foundAsset, asset);
        vm.assertEq(foundKind, keccak256(bytes(kind)));
    }

    function refuse(bytes memory entry) private {
        vm.expectRevert(LedgerEntry.NotOfAnAsset.selector);
        reader.read(entry);
    }
}
