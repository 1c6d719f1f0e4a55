package fil.heartbeat.libp2p.net;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/** Error Prone recognises the annotation by this name. */
@Target(ElementType.METHOD)
@interface CanIgnoreReturnValue {}
