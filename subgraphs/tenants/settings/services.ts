/** The Microsoft 365 services that a tenant backs up: columns of its settings row. */
export const services = ['mail', 'calendar', 'contacts', 'oneDrive', 'sharePoint', 'teams'] as const
