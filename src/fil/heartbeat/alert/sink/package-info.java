/**
 * Where notifications go: webhooks, Slack, PagerDuty, an Alertmanager, and mail. What each gets is
 * made by a pure format, notification in and body out; one shell posts over HTTP and one sends
 * mail. Secrets are read anew for each delivery and are in no text that others see. What nodes say
 * of themselves is hostile, and is escaped for each receiver.
 */
@NullMarked
package fil.heartbeat.alert.sink;

import org.jspecify.annotations.NullMarked;
