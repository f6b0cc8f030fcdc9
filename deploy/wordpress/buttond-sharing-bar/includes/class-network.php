<?php
/**
 * A network of blogs, whose provider decides on the server.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * The network's settings.
 */
final class Network {

	/**
	 * Blogs that are asked for at a time: a network may have many thousands.
	 */
	const PORTION = 100;

	/**
	 * Hooks the network's page in.
	 */
	public static function hooks() {
	}

	/**
	 * Whether the plugin is active on all blogs of a network.
	 *
	 * @return bool
	 */
	public static function is_active() {
		if ( ! is_multisite() ) {
			return false;
		}
		// WordPress has read this option to get here, so it costs no query.
		$plugins = get_site_option( 'active_sitewide_plugins' );
		return isset( $plugins[ plugin_basename( BUTTOND_SHARING_BAR_FILE ) ] );
	}

	/**
	 * What the network decided: server, script, integrity, offered; no server where it left the choice to its blogs.
	 *
	 * @return array
	 */
	public static function settings() {
		$none   = array(
			'server'    => '',
			'script'    => '',
			'integrity' => '',
			'offered'   => null,
		);
		$stored = self::is_active() ? get_site_option( Settings::NETWORK_OPTION ) : array();
		return is_array( $stored ) ? array_merge( $none, array_intersect_key( $stored, $none ) ) : $none;
	}

	/**
	 * Calls a function in each blog of the network.
	 *
	 * @param callable $call Without parameters; in the blog when it is called.
	 */
	public static function each_blog( callable $call ) {
		$offset = 0;
		do {
			$ids = get_sites(
				array(
					'fields'                 => 'ids',
					'network_id'             => get_current_network_id(),
					'orderby'                => 'id',
					'number'                 => self::PORTION,
					'offset'                 => $offset,
					'update_site_cache'      => false,
					'update_site_meta_cache' => false,
				)
			);
			foreach ( $ids as $id ) {
				switch_to_blog( $id );
				$call();
				restore_current_blog();
			}
			$offset += self::PORTION;
		} while ( count( $ids ) === self::PORTION );
	}
}
