/** The list of mutations: each one turns a security decision off in one place. */
import { accessMutations } from './access.ts'
import { activityLogMutations } from './activity-log.ts'
import { proofMutations } from './proof.ts'
import { sessionMutations } from './sessions.ts'
import { signInMutations } from './sign-in.ts'

export interface Mutation {
  /** What the mutated code does wrong. Unique in the list. */
  name: string
  /** Occurs exactly once in the file. */
  search: string
  replacement: string
  /** The test files of which at least one test must fail. Default: those of the file. */
  tests?: string[]
  /** Why no test fails. docs/testing.md lists these mutations with their reasons. */
  survives?: string
}

export interface MutatedFile {
  file: string
  tests: string[]
  mutations: Mutation[]
}

export const mutations = [
  ...accessMutations,
  ...signInMutations,
  ...sessionMutations,
  ...activityLogMutations,
  ...proofMutations,
].flatMap(({ file, tests, mutations }) =>
  mutations.map((mutation) => ({ ...mutation, file, tests: mutation.tests ?? tests })),
)
