/** `urn:uuid:…`: the random name of one diploma as an asset. */
export const isAssetId = (text: string | null): text is string =>
  text !== null && /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Business identification number: twelve digits, the last one a check digit. */
export function isBin(text: string | null): text is string {
  if (text === null || !/^\d{12}$/.test(text)) return false;
  const digits = [...text].map(Number);
  const sum = (first: number): number =>
    digits.slice(0, 11).reduce((total, digit, i) => total + (((first - 1 + i) % 11) + 1) * digit, 0) % 11;
  const check = sum(1) === 10 ? sum(3) : sum(1);
  return check === digits[11];
}

/** The DID before the fragment of a key's id. */
export const didOf = (keyId: string): string => (keyId.includes("#") ? keyId.slice(0, keyId.indexOf("#")) : keyId);
