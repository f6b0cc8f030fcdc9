<?php
/**
 * The help behind the settings page's Help button.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Screen;

defined( 'ABSPATH' ) || exit;

/**
 * Says what the plugin is, and what a strict site has to allow.
 */
final class Settings_Help {

	const DOCUMENTATION = 'https://github.com/buttond/buttond/tree/main/deploy/wordpress';

	/**
	 * Adds the help to a screen.
	 *
	 * @param WP_Screen $screen The settings page.
	 */
	public static function add( WP_Screen $screen ) {
		$server = Settings::server();
		$server = '' === $server ? 'https://share.example.com' : $server;
		$screen->add_help_tab(
			array(
				'id'      => 'buttond-sharing-bar-server',
				'title'   => __( 'The server', 'buttond-sharing-bar' ),
				'content' => self::paragraphs(
					array(
						__( 'The bar belongs to a buttond, a share-button server of yours or of your provider. It counts how often a post was shared, and its own page lets readers choose where to.', 'buttond-sharing-bar' ),
						__( 'Nothing is asked of the server before you check or save its address here. Then readers’ browsers load its script and ask it for the counts of the posts that they see; this WordPress asks it once a day whether there is a newer script, and for the counts of the column “Shares”.', 'buttond-sharing-bar' ),
						__( 'While the server is down, readers have the links without numbers.', 'buttond-sharing-bar' ),
						__( 'It may be a machine of your own network: then only readers in that network see numbers.', 'buttond-sharing-bar' ),
					)
				),
			)
		);
		$screen->add_help_tab(
			array(
				'id'      => 'buttond-sharing-bar-csp',
				'title'   => __( 'Content-Security-Policy', 'buttond-sharing-bar' ),
				'content' => self::paragraphs( array( __( 'If your site sends a Content-Security-Policy, it has to allow two sources:', 'buttond-sharing-bar' ) ) )
					. '<pre><code>' . esc_html( "script-src $server/js/; connect-src $server/v1/" ) . '</code></pre>',
			)
		);
		$screen->set_help_sidebar(
			'<p><strong>' . esc_html__( 'For more information:', 'buttond-sharing-bar' ) . '</strong></p><p><a href="' . esc_url( self::DOCUMENTATION ) . '">'
			. esc_html__( 'Documentation', 'buttond-sharing-bar' ) . '</a></p>'
		);
	}

	/**
	 * Texts as paragraphs of HTML.
	 *
	 * @param string[] $texts Plain texts.
	 * @return string
	 */
	private static function paragraphs( array $texts ) {
		return '<p>' . implode( '</p><p>', array_map( 'esc_html', $texts ) ) . '</p>';
	}
}
