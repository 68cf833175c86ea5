import type { QueryResolvers } from '../schema.types.ts'
import { node } from './node.ts'
import { tenant } from './tenant.ts'

export const queries: QueryResolvers = { tenant, node }
