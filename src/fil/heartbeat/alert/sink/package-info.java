/**
 * The destinations of notifications: webhooks, Slack, PagerDuty, an Alertmanager, Telegram,
 * Discord, ntfy, an Apprise server, and mail. A pure format turns a notification into each
 * receiver's body and reads its answer; one class posts over HTTP and one sends mail. Secrets are
 * read again for each delivery and appear in no log, error or view. Claims of nodes are untrusted,
 * and are escaped for each receiver.
 */
@NullMarked
package fil.heartbeat.alert.sink;

import org.jspecify.annotations.NullMarked;
