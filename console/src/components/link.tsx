/** A Fluent link that navigates with the router. */
import { Link as FluentLink } from '@fluentui/react-components'
import { createLink } from '@tanstack/react-router'

export const Link = createLink(FluentLink)
