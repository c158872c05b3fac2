#!/usr/bin/env node
// Compares abi/ with what forge has just built, or writes it (--write). abi/ is what the .NET side reads, so that its
// build needs no npm: ABI, creation code, and the selectors that would need Keccak-256 there.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const keccak = createRequire(import.meta.url)('js-sha3').keccak256;
const here = new URL('.', import.meta.url);
const type = input => input.type.startsWith('tuple')
    ? `(${input.components.map(type).join(',')})${input.type.slice(5)}` : input.type;
const signature = item => `${item.name}(${item.inputs.map(type).join(',')})`;
const hashes = (abi, kind, length) => Object.fromEntries(abi
    .filter(item => item.type === kind)
    .map(item => [signature(item), `0x${keccak(signature(item)).slice(0, length)}`])
    .sort());

let different = 0;
for (const name of ['CheckpointAnchor', 'DiplomaToken']) {
    const built = JSON.parse(readFileSync(new URL(`../artifacts/contracts/out/${name}.sol/${name}.json`, here)));
    const text = JSON.stringify({
        contract: name,
        compiler: `solc ${built.metadata?.compiler.version ?? JSON.parse(built.rawMetadata).compiler.version}, cancun, optimizer 200`,
        functions: hashes(built.abi, 'function', 8),
        events: hashes(built.abi, 'event', 64),
        errors: hashes(built.abi, 'error', 8),
        bytecode: built.bytecode.object,
        abi: built.abi,
    }, null, 2) + '\n';
    const file = new URL(`abi/${name}.json`, here);
    let kept = '';
    try { kept = readFileSync(file, 'utf8'); } catch { /* not written yet: differs */ }
    if (kept === text) continue;
    if (process.argv.includes('--write')) {
        writeFileSync(file, text);
        console.log(`abi/${name}.json is written.`);
    } else {
        console.log(`abi/${name}.json is not what the sources give: run contracts/check --write.`);
        different = 1;
    }
}
process.exit(different);
