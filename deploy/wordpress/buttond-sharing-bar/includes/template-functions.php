<?php
/**
 * What a theme may call.
 *
 * @package Buttond_Sharing_Bar
 */

defined( 'ABSPATH' ) || exit;

/**
 * Prints the sharing bar of a post: `<?php buttond_sharing_bar(); ?>` in the loop.
 *
 * @param array $args Optional: `post` (an id), `url`, `text`, `style`, `size`, `label`, `minimum`, `places` (a list of ids).
 */
function buttond_sharing_bar( $args = array() ) {
	$args = is_array( $args ) ? $args : array();
	$post = get_post( isset( $args['post'] ) ? $args['post'] : null );
	unset( $args['post'] );
	if ( $post ) {
		// phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- Bar escapes each part.
		echo Buttond_Sharing_Bar\Bar::for_post( $post->ID, $args );
	}
}
