<?php
/**
 * What wires the plugin's parts to WordPress.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Starts and stops the plugin. Each part hooks itself in.
 */
final class Plugin {

	/**
	 * The classes that hook into WordPress.
	 */
	const PARTS = array( 'Server', 'Bar', 'Embeds', 'Block', 'Counts', 'Settings_Page', 'Preview', 'Network_Page', 'Tools', 'Privacy', 'Site_Health' );

	/**
	 * The cron events of a blog.
	 */
	const EVENTS = array( 'buttond_sharing_bar_daily', 'buttond_sharing_bar_counts' );

	/**
	 * Hooks everything in; makes no request and asks the database for nothing.
	 */
	public static function start() {
		add_action( 'init', array( __CLASS__, 'load_translation' ), 0 );
		register_deactivation_hook( BUTTOND_SHARING_BAR_FILE, array( __CLASS__, 'deactivate' ) );
		foreach ( self::PARTS as $part ) {
			call_user_func( array( __NAMESPACE__ . '\\' . $part, 'hooks' ) );
		}
	}

	/**
	 * Loads the translation: WordPress's language pack, else the one in this folder.
	 *
	 * WordPress 6.8 finds both by itself, older ones only the pack.
	 */
	public static function load_translation() {
		$name = 'buttond-sharing-bar-' . determine_locale() . '.mo';
		foreach ( array( WP_LANG_DIR . '/plugins/', plugin_dir_path( BUTTOND_SHARING_BAR_FILE ) . 'languages/' ) as $folder ) {
			if ( is_readable( $folder . $name ) && load_textdomain( 'buttond-sharing-bar', $folder . $name ) ) {
				return;
			}
		}
	}

	/**
	 * Takes the cron events away, and keeps the settings.
	 *
	 * @param bool $network_wide Whether on all blogs of the network.
	 */
	public static function deactivate( $network_wide = false ) {
		$forget = static function () {
			array_map( 'wp_clear_scheduled_hook', self::EVENTS );
		};
		if ( $network_wide ) {
			Network::each_blog( $forget );
		} else {
			$forget();
		}
	}
}
