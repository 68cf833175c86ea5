import type { QueryResolvers } from '../schema.types.ts'
import { loginOptions } from './login-options.ts'
import { tenant } from './tenant.ts'
import { viewer } from './viewer.ts'

export const queries: QueryResolvers = { tenant, viewer, loginOptions }
