// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {CheckpointAnchor} from "./CheckpointAnchor.sol";
import {LedgerEntry} from "./LedgerEntry.sol";
import {Rfc6962} from "./Rfc6962.sol";

/// @notice ERC-5192, minimal soulbound tokens. Interface id 0xb45a3c0e.
interface IERC5192 {
    event Locked(uint256 tokenId);
    event Unlocked(uint256 tokenId);

    function locked(uint256 tokenId) external view returns (bool);
}

/// @title A diploma, held as a token that cannot change hands
/// @notice A graduate claims it with a proof that the asset stands in an anchored ledger, and with the platform's word
/// that the address is the graduate's. The proof alone is public, so it gives no right to anyone (docs/adr/0020).
/// @dev One token an asset and platform. No personal data and no address of any: `tokenURI` is empty. Whether the diploma
/// is in force is told by the ledger; entries that end or suspend it can be brought here by anyone.
contract DiplomaToken is ERC721, EIP712, IERC5192 {
    enum Standing {
        InForce,
        Suspended,
        Ended
    }

    /// @notice An entry of an admitted log, with its proof into an anchored checkpoint.
    struct Evidence {
        bytes32 logId;
        uint64 size;
        uint64 index;
        bytes entry;
        bytes32[] proof;
    }

    struct State {
        Standing standing;
        /// Where the entry stands: the log's ordinal << 64 | its index. 0 when none was brought.
        uint96 position;
    }

    bytes32 public constant CLAIM = keccak256("Claim(uint256 tokenId,address holder,uint256 nonce,uint64 deadline)");

    CheckpointAnchor public immutable anchor;

    mapping(uint256 tokenId => State) private states;

    /// @notice How often the token was released: the `nonce` of its next claim. An authorisation serves once.
    mapping(uint256 tokenId => uint256) public releases;

    event Recorded(uint256 indexed tokenId, Standing standing, bytes32 indexed logId, uint64 index);
    event Released(uint256 indexed tokenId, address indexed holder, address by);

    error NonTransferable();
    error NotAnchored(bytes32 logId, uint64 size);
    error NotIncluded(bytes32 logId, uint64 index);
    error NotARegistration();
    error NotAChangeOfState();
    error PlatformNotAdmitted(bytes12 platform);
    error NotInForce(uint256 tokenId, Standing standing);
    error AlreadyClaimed(uint256 tokenId);
    error ClaimExpired(uint64 deadline);
    error NotAuthorised(uint256 tokenId, address holder);
    error OlderThanRecorded(uint256 tokenId);
    error NeitherHolderNorPlatform(address sender);

    constructor(CheckpointAnchor anchor_) ERC721("Mortanba Diploma", "DIPLOMA") EIP712("Mortanba Diploma", "1") {
        anchor = anchor_;
    }

    /// @notice The platform's BIN (12 ASCII digits) over the 128 bits of the asset's UUID.
    function tokenIdOf(bytes12 platform, uint128 asset) public pure returns (uint256) {
        return (uint256(uint96(platform)) << 128) | asset;
    }

    /// @notice Gives `holder` the token of a registered asset. Anyone may send it: what counts is the address that the
    /// platform signed, so whoever copies a pending claim only pays for it.
    /// @param evidence the asset's `asset.registered` entry
    /// @param deadline the last second at which the authorisation serves, Unix time
    /// @param signature the platform's claim signer on Claim(tokenId, holder, releases(tokenId), deadline), EIP-712
    function claim(Evidence calldata evidence, address holder, uint64 deadline, bytes calldata signature)
        external
        returns (uint256 tokenId)
    {
        (CheckpointAnchor.Log memory log, uint128 asset, bytes32 kind) = proved(evidence);
        if (kind != LedgerEntry.REGISTERED) revert NotARegistration();
        CheckpointAnchor.Platform memory platform = anchor.platformOf(log.platform);
        if (platform.standing != CheckpointAnchor.Standing.Admitted) revert PlatformNotAdmitted(log.platform);
        tokenId = tokenIdOf(log.platform, asset);
        if (states[tokenId].standing != Standing.InForce) revert NotInForce(tokenId, states[tokenId].standing);
        if (_ownerOf(tokenId) != address(0)) revert AlreadyClaimed(tokenId);
        if (block.timestamp > deadline) revert ClaimExpired(deadline);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CLAIM, tokenId, holder, releases[tokenId], deadline)));
        if (!SignatureChecker.isValidSignatureNow(platform.claimSigner, digest, signature)) {
            revert NotAuthorised(tokenId, holder);
        }
        // Not _safeMint: a wallet that is a contract needs no code for tokens that it can never send on.
        _mint(holder, tokenId);
        emit Locked(tokenId);
    }

    /// @notice Brings an entry that suspends, reinstates or ends an asset, claimed or not. Open to anyone: the entry
    /// speaks for itself, so a platform cannot keep an annulment from the chain.
    function record(Evidence calldata evidence) external {
        (CheckpointAnchor.Log memory log, uint128 asset, bytes32 kind) = proved(evidence);
        uint256 tokenId = tokenIdOf(log.platform, asset);
        uint96 position = (uint96(log.ordinal) << 64) | evidence.index;
        State storage state = states[tokenId];
        Standing standing = standingAfter(kind);
        // An end is an end in whatever order entries are brought; otherwise the newest entry counts.
        if (standing != Standing.Ended) {
            if (state.standing == Standing.Ended) revert NotInForce(tokenId, Standing.Ended);
            if (position <= state.position) revert OlderThanRecorded(tokenId);
        }
        (state.standing, state.position) = (standing, position);
        emit Recorded(tokenId, standing, evidence.logId, evidence.index);
    }

    /// @notice Burns the token: its holder may at any time, and the platform's operator, who does so for a diploma that
    /// ended, or before the same person, identified anew, claims it with another wallet.
    function release(uint256 tokenId) external {
        address holder = _requireOwned(tokenId);
        if (msg.sender != holder) {
            bytes12 bin = bytes12(uint96(tokenId >> 128));
            CheckpointAnchor.Platform memory platform = anchor.platformOf(bin);
            if (msg.sender != platform.operator) revert NeitherHolderNorPlatform(msg.sender);
            if (platform.standing != CheckpointAnchor.Standing.Admitted) revert PlatformNotAdmitted(bin);
        }
        releases[tokenId]++;
        _burn(tokenId);
        emit Released(tokenId, holder, msg.sender);
    }

    /// @notice What the entries brought here say; InForce when none was, which is no proof that none exists.
    function standingOf(uint256 tokenId) external view returns (Standing) {
        return states[tokenId].standing;
    }

    function locked(uint256 tokenId) external view returns (bool) {
        _requireOwned(tokenId);
        return true;
    }

    // ---- what would move or lend a token ----

    function transferFrom(address, address, uint256) public pure override {
        revert NonTransferable();
    }

    /// @dev The form without data leads here.
    function safeTransferFrom(address, address, uint256, bytes memory) public pure override {
        revert NonTransferable();
    }

    function approve(address, uint256) public pure override {
        revert NonTransferable();
    }

    function setApprovalForAll(address, bool) public pure override {
        revert NonTransferable();
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || super.supportsInterface(interfaceId);
    }

    function proved(Evidence calldata evidence)
        private
        view
        returns (CheckpointAnchor.Log memory log, uint128 asset, bytes32 kind)
    {
        bytes32 root = anchor.rootAt(evidence.logId, evidence.size);
        if (root == 0) revert NotAnchored(evidence.logId, evidence.size);
        bytes32 leaf = Rfc6962.leafHash(evidence.entry);
        if (!Rfc6962.includes(leaf, evidence.index, evidence.size, evidence.proof, root)) {
            revert NotIncluded(evidence.logId, evidence.index);
        }
        (asset, kind) = LedgerEntry.read(evidence.entry);
        log = anchor.logOf(evidence.logId);
    }

    function standingAfter(bytes32 kind) private pure returns (Standing) {
        if (kind == LedgerEntry.SUSPENDED) return Standing.Suspended;
        if (kind == LedgerEntry.REINSTATED) return Standing.InForce;
        if (kind == LedgerEntry.ANNULLED || kind == LedgerEntry.SUPERSEDED || kind == LedgerEntry.ERASED) {
            return Standing.Ended;
        }
        revert NotAChangeOfState();
    }
}
