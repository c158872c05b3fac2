// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What a ledger entry says of an asset
/// @notice Entries are canonical JSON (RFC 8785; docs/formats/ledger-entry.md), so names stand in order: an entry of an
/// asset starts with its id and the time and ends with its type and version. Read there and nowhere else.
/// @dev Text inside a member cannot pass for the end: its quotation marks are escaped, and an object that were the last
/// member would end with two brackets.
library LedgerEntry {
    bytes32 internal constant REGISTERED = keccak256("asset.registered");
    bytes32 internal constant SUSPENDED = keccak256("asset.suspended");
    bytes32 internal constant REINSTATED = keccak256("asset.reinstated");
    bytes32 internal constant ANNULLED = keccak256("asset.annulled");
    bytes32 internal constant SUPERSEDED = keccak256("asset.superseded");
    bytes32 internal constant ERASED = keccak256("asset.erased");

    bytes private constant START = '{"asset":"urn:uuid:';
    bytes private constant TIME = '","at":"';
    bytes private constant TYPE = ',"type":"';
    bytes private constant END = '","v":1}';
    uint256 private constant UUID = 36;

    error NotOfAnAsset();

    /// @return asset the 128 bits of the asset's UUID
    /// @return kind keccak256 of the entry's type
    function read(bytes calldata entry) internal pure returns (uint128 asset, bytes32 kind) {
        uint256 time = START.length + UUID;
        uint256 least = time + TIME.length + TYPE.length + END.length;
        if (entry.length < least) revert NotOfAnAsset();
        uint256 end = entry.length - END.length;
        if (!has(entry, 0, START) || !has(entry, time, TIME) || !has(entry, end, END)) revert NotOfAnAsset();

        // The quotation mark that ends TIME stops the search at the latest.
        uint256 start = end;
        while (entry[start - 1] != '"') start--;
        if (!has(entry, start - TYPE.length, TYPE)) revert NotOfAnAsset();
        return (uuid(entry[START.length:time]), keccak256(entry[start:end]));
    }

    /// @dev Lower-case only, as canonical entries have it: one asset, one text.
    function uuid(bytes calldata text) private pure returns (uint128 bits) {
        for (uint256 i = 0; i < UUID; i++) {
            uint8 c = uint8(text[i]);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != 0x2d) revert NotOfAnAsset();
            } else if (c >= 0x30 && c <= 0x39) {
                bits = (bits << 4) | (c - 0x30);
            } else if (c >= 0x61 && c <= 0x66) {
                bits = (bits << 4) | (c - 0x57);
            } else {
                revert NotOfAnAsset();
            }
        }
    }

    function has(bytes calldata entry, uint256 place, bytes memory text) private pure returns (bool) {
        return keccak256(entry[place:place + text.length]) == keccak256(text);
    }
}
