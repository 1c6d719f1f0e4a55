/**
 * Queries of nodes, history, networks, alerts and silences: filters, orders, pages, JSON and CSV.
 * Each route gets the views that {@link fil.heartbeat.api.access.Hiding} made.
 */
@NullMarked
package fil.heartbeat.api.rest;

import org.jspecify.annotations.NullMarked;
