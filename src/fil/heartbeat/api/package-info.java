/**
 * The HTTP server of a process: binds, serves the page, the OpenAPI document and health, and mounts
 * the routes of the other rooms. Nodes and alerts are read; acknowledgements, silences, logins and
 * the forgetting of a node are the changes that it accepts.
 *
 * <p>Embedders deploy {@link fil.heartbeat.api.ApiVerticle} with {@link
 * fil.heartbeat.api.ApiSettings} and {@link fil.heartbeat.api.access.AggregatorReads}.
 */
@NullMarked
package fil.heartbeat.api;

import org.jspecify.annotations.NullMarked;
