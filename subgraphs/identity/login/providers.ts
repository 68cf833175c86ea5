/** The doors by which somebody comes in. A new one does not compile until it is complete. */
import type { LoginMethod } from '../../../platform/auth/viewer.ts'

interface Provider {
  /** The product, as people know it. */
  product: string
  /** Where a browser starts; null where one starts from the partner's own product. */
  startUrl: ((publicUrl: string, tenant: { id: string } | { domain: string }) => string) | null
}

export const providers: Record<LoginMethod, Provider> = {
  MICROSOFT: {
    product: 'Microsoft',
    startUrl: (publicUrl, tenant) =>
      `${publicUrl}/login/microsoft?${new URLSearchParams('id' in tenant ? { tenant: tenant.id } : { domain: tenant.domain })}`,
  },
  KASEYA_VSA: { product: 'Kaseya VSA', startUrl: null },
  UNITRENDS_UNIVIEW: { product: 'Unitrends UniView', startUrl: null },
}
