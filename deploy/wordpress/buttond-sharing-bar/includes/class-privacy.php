<?php
/**
 * The text for WordPress's guide to a privacy policy.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Suggests what a blog with a sharing bar may tell its readers.
 *
 * There is no exporter and no eraser of personal data: the plugin stores none. Its counts are numbers of a post, not of a
 * person, and the server keeps no address and no identifier of a reader.
 */
final class Privacy {

	/**
	 * Hooks in.
	 */
	public static function hooks() {
		add_action( 'admin_init', array( __CLASS__, 'suggest' ) );
	}

	/**
	 * Hands the text over.
	 */
	public static function suggest() {
		if ( ! function_exists( 'wp_add_privacy_policy_content' ) ) {
			return;
		}
		$server = Settings::server();
		$server = '' === $server ? 'https://share.example.com' : $server;
		$text   = '<p class="privacy-policy-tutorial">'
			. esc_html__( 'If somebody else runs the server, name them, and add a link to their privacy policy.', 'buttond-sharing-bar' ) . '</p>'
			. '<p><strong class="privacy-policy-tutorial">' . esc_html__( 'Suggested text:', 'buttond-sharing-bar' ) . ' </strong>'
			/* translators: %s: the server's address. */
			. esc_html( sprintf( __( 'When you open a page with our sharing bar, your browser asks %s for its script and its counts, and so sends the address of the page, your IP address and the name and version of your browser. That server counts that the bar was shown, and what is shared. It sets no cookie and keeps nothing that could tell who you are.', 'buttond-sharing-bar' ), $server ) )
			. '</p><p>'
			. esc_html__( 'Your browser goes to a social network only when you choose it, under the privacy policy of that network.', 'buttond-sharing-bar' )
			. '</p>';
		wp_add_privacy_policy_content( __( 'Sharing bar', 'buttond-sharing-bar' ), wp_kses_post( $text ) );
	}
}
