/** Parses the members of a line of an export. docs/verify.md describes the lines. */
import { fromBase64 } from '../proof/bytes.ts'
import { type Line, MalformedFile } from './read-lines.ts'

export type Fields = Record<string, unknown>

export const isObject = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

export const isIntegerFrom = (least: number, value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least

/**
 * Returns the object in the only member of a line.
 * @throws MalformedFile when the line is not an object with only this member
 */
export function onlyMember({ number, value }: Line, name: string): Fields {
  const member = value[name]
  if (!isObject(member) || Object.keys(value).length !== 1)
    throw new MalformedFile(`Line ${number} must contain only \`${name}\`.`)
  return member
}

/**
 * Returns a finding for each unknown member. No proof covers unknown members, but a person could
 * assume that these members are verified.
 */
export function unknownMembers(where: string, value: Fields, known: readonly string[]): string[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map(
      (name) => `${where} has the unknown member \`${name.slice(0, 40)}\`, which nothing proves.`,
    )
}

/**
 * Decodes a base64 value.
 * @throws MalformedFile when the value is not base64 with padding
 */
export function parseBase64(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : null
  if (!bytes) throw new MalformedFile('A hash is not in base64 with padding.')
  return bytes
}

/** The maximum number of hashes in a proof. A tree with 2^53 leaves has a depth of only 53. */
const maxPathLength = 64

/**
 * Decodes a list of hashes.
 * @throws MalformedFile when the value is not a list of at most 64 hashes in base64
 */
export function parseHashes(value: unknown): Uint8Array[] {
  if (!Array.isArray(value) || value.length > maxPathLength)
    throw new MalformedFile(`A proof must be a list of at most ${maxPathLength} hashes.`)
  return value.map((text) => {
    const hash = parseBase64(text)
    if (hash.length !== 32) throw new MalformedFile('A hash must have 32 bytes.')
    return hash
  })
}
