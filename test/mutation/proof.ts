/** Mutations of proofs, signed notes and the offline verifier. */
import type { MutatedFile } from './mutations.ts'

const vectorTests = ['test/audit-proof/vectors.test.ts']
const verifyTests = ['test/verify/verify.test.ts']

export const proofMutations: MutatedFile[] = [
  {
    file: 'proof/merkle-tree.ts',
    tests: vectorTests,
    mutations: [
      {
        name: 'a leaf can be a node of the tree',
        search: '[Uint8Array.of(0), Uint8Array.of(1)]',
        replacement: '[Uint8Array.of(0), Uint8Array.of(0)]',
      },
      {
        name: 'an inclusion proof may have another root',
        search: 'return last === 0 && equalBytes(hash, root)',
        replacement: 'return last === 0',
      },
      {
        name: 'an inclusion proof may be too short',
        search: 'return last === 0 && equalBytes(hash, root)',
        replacement: 'return equalBytes(hash, root)',
      },
      {
        name: 'an inclusion proof may be of a leaf outside the tree',
        search: 'index >= 0 && index < treeSize',
        replacement: 'index >= 0',
      },
      {
        name: 'a consistency proof may begin with another root',
        search: 'last === 0 && equalBytes(from, fromRoot) && ',
        replacement: 'last === 0 && ',
      },
      {
        name: 'a consistency proof may end with another root',
        search: ' && equalBytes(from, fromRoot) && equalBytes(to, toRoot)',
        replacement: ' && equalBytes(from, fromRoot)',
      },
      {
        name: 'two trees of one size may have different roots',
        search: 'path.length === 0 && equalBytes(fromRoot, toRoot)',
        replacement: 'path.length === 0',
      },
    ],
  },
  {
    file: 'proof/signed-note.ts',
    tests: [...vectorTests, ...verifyTests],
    mutations: [
      {
        name: 'a note with a wrong signature opens',
        search: 'if (!(await verifySignature(known, utf8(text), signature)))',
        replacement: 'if (false)',
      },
      {
        name: 'a note without a known signature opens',
        search: 'if (signedBy.length === 0)',
        replacement: 'if (false)',
      },
      {
        name: 'the ID of a verifier key is not compared',
        search: 'if (bytesToHex(expected) !== keyId)',
        replacement: 'if (false)',
      },
    ],
  },
  {
    file: 'subgraphs/audit/log/cosignature.ts',
    tests: ['test/audit-proof/witness.test.ts', ...vectorTests],
    mutations: [
      {
        name: 'a wrong cosignature is kept',
        search: 'if (!verify(null, message, key, bytes.subarray(8)))',
        replacement: 'if (false)',
      },
      {
        name: 'a response without a cosignature is kept',
        search: 'if (!own[0]) throw',
        replacement: 'if (false) throw',
      },
    ],
  },
  {
    file: 'proof/event-leaf.ts',
    tests: verifyTests,
    mutations: [
      {
        name: 'erased personal data can be guessed from its hash',
        search: 'crypto.getRandomValues(new Uint8Array(32))',
        replacement: 'new Uint8Array(32)',
      },
    ],
  },
  {
    file: 'verify-cli/event.ts',
    tests: verifyTests,
    mutations: [
      {
        name: 'an edited event is not found',
        search: 'expected !== undefined && equalBytes(expected, hash)',
        replacement: 'expected !== undefined',
      },
      {
        name: 'edited personal data is not found',
        search: ` || commitmentOf(disclosure) !== event[\`\${side}Commitment\`]`,
        replacement: '',
      },
      {
        name: 'an event at another position is not found',
        search: 'if (event.sequence !== sequence)',
        replacement: 'if (false)',
      },
      {
        name: 'an event of another tenant is not found',
        search: 'if (event.tenantId !== tenantId)',
        replacement: 'if (false)',
      },
      {
        name: 'a missing event is not found',
        search: 'verification.gaps.add(verification.position + 1, sequence - 1)',
        replacement: '{}',
      },
      {
        name: 'an event with errors explains missing events',
        search: 'if (wrong.length === 0) takeClaims',
        replacement: 'takeClaims',
      },
    ],
  },
  {
    file: 'verify-cli/leaf-hashes.ts',
    tests: verifyTests,
    mutations: [
      {
        name: 'a cut end is not found',
        search: 'verification.gaps.add(verification.position + 1, end)',
        replacement: '{}',
      },
      {
        name: 'a rewritten history is not found by an earlier checkpoint',
        search: 'if (equalBytes(tree.root(), since.rootHash))',
        replacement: 'if (true)',
      },
      {
        name: 'files of different histories are one export',
        search: 'checkpoint.treeSize === treeSize && !equalBytes(tree.root(), checkpoint.rootHash)',
        replacement: 'false',
      },
    ],
  },
  {
    file: 'verify-cli/header.ts',
    tests: verifyTests,
    mutations: [
      {
        name: 'the checkpoint may be of another tenant',
        search: 'if (parseOrigin(checkpoint.origin).tenantId !== tenantId)',
        replacement: 'if (false)',
      },
      {
        name: 'a gap between two files is not found',
        search: 'if (afterSequence !== position)',
        replacement: 'if (false)',
      },
      {
        name: 'the second file may continue another history',
        search: 'if (!isEqual)',
        replacement: 'if (false)',
      },
      {
        name: 'a log that became shorter is not found',
        search: 'since.treeSize > checkpoint.treeSize',
        replacement: 'false',
      },
    ],
  },
  {
    file: 'verify-cli/manifest.ts',
    tests: verifyTests,
    mutations: [
      {
        name: 'leaf hashes that do not lead to the checkpoint are accepted',
        search: 'if (!leadsToCheckpoint)',
        replacement: 'if (false)',
      },
      {
        name: 'the log need not continue the previous export',
        search: 'if (!isContinued)',
        replacement: 'if (false)',
      },
      {
        name: 'a new epoch needs no event of an operator',
        search: 'if (mustShowEpoch && !epochs.isOpened(epoch))',
        replacement: 'if (false)',
      },
      {
        name: 'missing personal data needs no erasure',
        search: 'if (!isFiltered) reportErasures(verification)',
        replacement: '',
      },
    ],
  },
  {
    file: 'verify-cli/expiry-claims.ts',
    tests: verifyTests,
    mutations: [
      {
        name: 'an event that is not of the service explains missing events',
        search: " &&\n      actor.type === 'SystemActor'",
        replacement: '',
      },
      {
        name: 'an expiry before its time explains missing events',
        search: 'if (new Date(occurredAt) < new Date(Date.UTC(year + years, number))) return',
        replacement: '',
      },
      {
        name: 'an expiry of another month explains missing events',
        search:
          ' &&\n        claim.end.getTime() > earliest &&\n        claim.begin.getTime() <= latest',
        replacement: '',
      },
    ],
  },
]
