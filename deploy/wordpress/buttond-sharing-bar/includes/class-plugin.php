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
	 * The classes that hook into each page.
	 */
	const PARTS = array( 'Bar', 'Embeds', 'Block' );

	/**
	 * Those that a reader's page does not even load.
	 */
	const PARTS_BEHIND = array( 'Server', 'Counts', 'Settings_Page', 'Preview', 'Network_Page', 'Tools', 'Privacy', 'Site_Health' );

	/**
	 * The cron events of a blog, and what they call. With ALTERNATE_WP_CRON they come in a reader's page.
	 */
	const EVENTS = array(
		'buttond_sharing_bar_daily'  => array( __NAMESPACE__ . '\\Server', 'update_loader' ),
		'buttond_sharing_bar_counts' => array( __NAMESPACE__ . '\\Counts', 'refresh' ),
	);

	/**
	 * Hooks everything in; makes no request and asks the database for nothing.
	 */
	public static function start() {
		add_action( 'init', array( __CLASS__, 'load_translation' ), 0 );
		register_activation_hook( BUTTOND_SHARING_BAR_FILE, array( __CLASS__, 'activate' ) );
		register_deactivation_hook( BUTTOND_SHARING_BAR_FILE, array( __CLASS__, 'deactivate' ) );
		foreach ( self::EVENTS as $event => $callback ) {
			add_action( $event, $callback );
		}
		$is_behind = is_admin() || wp_doing_cron() || 'cli' === PHP_SAPI;
		foreach ( array_merge( self::PARTS, $is_behind ? self::PARTS_BEHIND : array() ) as $part ) {
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
	 * Stores that nothing was chosen yet: WordPress asks the database anew in each page for an option that is not there.
	 */
	public static function activate() {
		add_option( Settings::OPTION, array() );
	}

	/**
	 * Takes the cron events away, and keeps the settings.
	 *
	 * @param bool $network_wide Whether on all blogs of the network.
	 */
	public static function deactivate( $network_wide = false ) {
		$forget = static function () {
			array_map( 'wp_clear_scheduled_hook', array_keys( self::EVENTS ) );
		};
		if ( $network_wide ) {
			Network::each_blog( $forget );
		} else {
			$forget();
		}
	}
}
