// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Rfc6962} from "./Rfc6962.sol";

/// @title The checkpoints of transparency logs, written where their operators cannot take them back
/// @notice The owner is the regulator: it admits platforms (by BIN) and their logs, and suspends them. A platform writes
/// the size and root of each log's checkpoints; each must continue the one before, which the platform proves here. So
/// the chain is a witness that cannot be talked to: a log that shrinks, or shows two trees of one size, or rewrites an
/// entry, cannot go on.
/// @dev No personal data: BINs, log names, public keys and hashes. What anyone may do here is read.
contract CheckpointAnchor is Ownable2Step {
    enum Standing {
        Unknown,
        Admitted,
        Suspended
    }

    struct Platform {
        Standing standing;
        /// The only account that writes checkpoints.
        address operator;
        /// The key (or contract, ERC-1271) that says which address is a graduate's; see DiplomaToken.
        address claimSigner;
        uint32 logs;
    }

    struct Log {
        bytes12 platform;
        /// 1, 2, 3 … in the order of admission within the platform: a log a year, the later behind the earlier.
        uint32 ordinal;
        /// Of the newest checkpoint; 0 before the first.
        uint64 size;
        /// Ed25519, the key that signs the log's checkpoints. Not checked here: the EVM has no Ed25519.
        bytes32 key;
    }

    mapping(bytes12 bin => Platform) private platforms;
    mapping(bytes32 logId => Log) private logs;

    /// @notice The root that was anchored for this log and size; zero when none was. Never changes once set.
    mapping(bytes32 logId => mapping(uint64 size => bytes32)) public rootAt;

    event PlatformAdmitted(bytes12 indexed platform, address operator, address claimSigner);
    event PlatformSuspended(bytes12 indexed platform);
    event LogAdmitted(bytes32 indexed logId, bytes12 indexed platform, string origin, bytes32 key);
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, bytes32 noteHash);
    event ForkReported(
        bytes32 indexed logId, uint64 indexed size, bytes32 anchoredRoot, bytes32 otherRoot, bytes note, address by
    );

    error IncompleteAdmission();
    error UnknownPlatform(bytes12 platform);
    error UnknownLog(bytes32 logId);
    error LogOfAnotherPlatform(bytes32 logId, bytes12 platform);
    error PlatformNotAdmitted(bytes12 platform);
    error NotTheOperator(bytes12 platform, address sender);
    error EmptyCheckpoint();
    error SizeShrinks(bytes32 logId, uint64 anchored, uint64 given);
    error Fork(bytes32 logId, uint64 size, bytes32 anchored, bytes32 given);
    error Inconsistent(bytes32 logId, uint64 earlier, uint64 later);
    error NotAFork(bytes32 logId, uint64 size);
    error NoteSaysOtherwise();
    error RegulatorCannotResign();

    constructor(address regulator) Ownable(regulator) {}

    // ---- the regulator ----

    /// @notice Admits a platform, gives it other accounts, or ends its suspension.
    /// @param bin twelve ASCII digits
    function admitPlatform(bytes12 bin, address operator, address claimSigner) external onlyOwner {
        if (bin == 0 || operator == address(0) || claimSigner == address(0)) revert IncompleteAdmission();
        Platform storage platform = platforms[bin];
        (platform.standing, platform.operator, platform.claimSigner) = (Standing.Admitted, operator, claimSigner);
        emit PlatformAdmitted(bin, operator, claimSigner);
    }

    /// @notice From now on the platform anchors nothing and signs no claim. What it anchored stays true.
    function suspendPlatform(bytes12 bin) external onlyOwner {
        if (platforms[bin].standing == Standing.Unknown) revert UnknownPlatform(bin);
        platforms[bin].standing = Standing.Suspended;
        emit PlatformSuspended(bin);
    }

    /// @notice Admits a log of a platform, or gives an admitted one its next key. A log never changes hands.
    /// @param origin the first line of its checkpoints; the log's id here is the SHA-256 of it
    function admitLog(string calldata origin, bytes12 bin, bytes32 key) external onlyOwner {
        if (bytes(origin).length == 0 || key == 0) revert IncompleteAdmission();
        Platform storage platform = platforms[bin];
        if (platform.standing == Standing.Unknown) revert UnknownPlatform(bin);
        bytes32 logId = sha256(bytes(origin));
        Log storage log = logs[logId];
        if (log.ordinal == 0) {
            (log.platform, log.ordinal) = (bin, ++platform.logs);
        } else if (log.platform != bin) {
            revert LogOfAnotherPlatform(logId, log.platform);
        }
        log.key = key;
        emit LogAdmitted(logId, bin, origin, key);
    }

    /// @dev Without a regulator nobody could suspend anyone. Handing over takes two steps (Ownable2Step).
    function renounceOwnership() public view override onlyOwner {
        revert RegulatorCannotResign();
    }

    // ---- the platform ----

    /// @notice Writes a checkpoint. Gives false, and changes nothing, when the same root is anchored for this size
    /// already, so that an operator who does not know whether a transaction arrived sends it again.
    /// @param noteHash SHA-256 of the signed note as it was published; for those who look for the note, not checked
    /// @param proof from the newest anchored size to this one (RFC 6962 section 2.1.2); empty for a log's first
    function anchor(bytes32 logId, uint64 size, bytes32 root, bytes32 noteHash, bytes32[] calldata proof)
        external
        returns (bool added)
    {
        Log storage log = logs[logId];
        if (log.ordinal == 0) revert UnknownLog(logId);
        Platform storage platform = platforms[log.platform];
        if (platform.standing != Standing.Admitted) revert PlatformNotAdmitted(log.platform);
        if (platform.operator != msg.sender) revert NotTheOperator(log.platform, msg.sender);
        if (size == 0 || root == 0) revert EmptyCheckpoint();

        bytes32 anchored = rootAt[logId][size];
        if (anchored == root) return false;
        if (anchored != 0) revert Fork(logId, size, anchored, root);
        uint64 last = log.size;
        if (size < last) revert SizeShrinks(logId, last, size);
        bool continues = last == 0 ? proof.length == 0 : Rfc6962.extends(last, rootAt[logId][last], size, root, proof);
        if (!continues) revert Inconsistent(logId, last, size);

        rootAt[logId][size] = root;
        log.size = size;
        emit Anchored(logId, size, root, noteHash);
        return true;
    }

    // ---- evidence ----

    /// @notice Keeps a checkpoint that contradicts an anchored one, in full, in the chain's history. Open to the
    /// regulator and to the operators of admitted platforms, so that nobody fills the chain with noise.
    /// @dev The note's signature is left to the reader, who has the log's key from `LogAdmitted`; that the note speaks
    /// of this log, size and root is checked here.
    function reportFork(string calldata origin, uint64 size, bytes32 root, bytes calldata note, bytes12 reporter)
        external
    {
        if (msg.sender != owner()) {
            if (platforms[reporter].standing != Standing.Admitted) revert PlatformNotAdmitted(reporter);
            if (platforms[reporter].operator != msg.sender) revert NotTheOperator(reporter, msg.sender);
        }
        bytes32 logId = sha256(bytes(origin));
        bytes32 anchored = rootAt[logId][size];
        if (anchored == 0 || anchored == root) revert NotAFork(logId, size);
        bytes memory text =
            bytes(string.concat(origin, "\n", Strings.toString(size), "\n", Base64.encode(bytes.concat(root)), "\n"));
        if (note.length < text.length || keccak256(note[:text.length]) != keccak256(text)) revert NoteSaysOtherwise();
        emit ForkReported(logId, size, anchored, root, note, msg.sender);
    }

    // ---- anyone ----

    function platformOf(bytes12 bin) external view returns (Platform memory) {
        return platforms[bin];
    }

    function logOf(bytes32 logId) external view returns (Log memory) {
        return logs[logId];
    }
}
